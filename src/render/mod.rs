//! Files in, chain and assistant, files and reports out.
