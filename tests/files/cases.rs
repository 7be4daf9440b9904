//! How much is tried of what comes at random.

use proptest::{
    prelude::ProptestConfig,
    test_runner::{RngAlgorithm, RngSeed},
};

/// How many times as much is tried, at random; without it, always the same.
const FACTOR: &str = "LACQUER_FUZZ";

/// `cases` cases, the same ones each time, unless more are asked for.
pub fn cases(cases: u32) -> ProptestConfig {
    let factor: Option<u32> =
        std::env::var(FACTOR).ok().map(|factor| factor.parse().unwrap_or_else(|_| panic!("{FACTOR} is a number")));
    ProptestConfig {
        cases: cases * factor.unwrap_or(1),
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: factor.map_or(RngSeed::Fixed(9), |_| RngSeed::Random),
        failure_persistence: None,
        // A file that fails is a finding as it is; making it smaller takes many more runs.
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    }
}
