//! What the benches time alike: the fastest of some runs, and a fixed workload that their ratios refer to.

use std::{hint::black_box, time::Duration};

use cpu_time::ThreadTime;

/// The time of the fastest of so many runs: others on the machine can only slow a run down.
pub fn fastest(runs: usize, mut run: impl FnMut() -> Duration) -> Duration {
    (0..runs).map(|_| run()).min().unwrap_or_default()
}

/// Sixteen biquads one after the other, in scalar double precision: the work that ratios refer to.
pub fn biquads(samples: &[f32]) -> Duration {
    let start = ThreadTime::now();
    let mut states = [[0f64; 2]; 16];
    let mut sum = 0.0;
    for sample in samples {
        let mut x = f64::from(*sample);
        for state in &mut states {
            let y = 0.25 * x + state[0];
            state[0] = 0.5 * x + 0.9 * y + state[1];
            state[1] = 0.25 * x - 0.4 * y;
            x = y;
        }
        sum += x;
    }
    black_box(sum);
    start.elapsed()
}
