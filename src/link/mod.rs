//! All that crosses threads, lock-free.
