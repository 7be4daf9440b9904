//! Linkwitz-Riley crossovers.
