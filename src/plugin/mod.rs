//! The host plugin: parameters, audio thread, state.
