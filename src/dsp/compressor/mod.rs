//! The compressor of one band.
