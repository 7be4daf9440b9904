//! How long a limiter's gain takes to come back: what its release time means in fact.

use lacquer::dsp::{db_to_gain, gain_to_db};

use super::rms;
use crate::signals::tones;

const TONE_HZ: f64 = 3000.0;
/// Before the burst the tone is this quiet, and after it.
const QUIET_DB: f64 = -26.0;
const BURST_START_S: f64 = 0.5;
/// About as long as a drum hit is loud.
const BURST_S: f64 = 0.02;
const AFTER_S: f64 = 1.5;

/// A quiet tone of 3 kHz with one short burst at `peak_db`.
pub fn burst(peak_db: f64, sample_rate: f64) -> Vec<f64> {
    let mut samples = tones(sample_rate, BURST_START_S + BURST_S + AFTER_S, &[(TONE_HZ, db_to_gain(peak_db), 0.0)]);
    let loud = (BURST_START_S * sample_rate) as usize..((BURST_START_S + BURST_S) * sample_rate) as usize;
    for (_, sample) in samples.iter_mut().enumerate().filter(|(n, _)| !loud.contains(n)) {
        *sample *= db_to_gain(QUIET_DB);
    }
    samples
}

/// Time from the end of [`burst`] until the greatest reduction has come back to its e-th part (in dB), ms. The output must be in
/// time with the input.
pub fn recovery_ms(output: &[f64], sample_rate: f64) -> f64 {
    let period = (sample_rate / TONE_HZ) as usize;
    let level = |start: usize| gain_to_db(rms(&output[start..start + period]));
    let end = ((BURST_START_S + BURST_S) * sample_rate) as usize;
    // The last period of the signal, when all has come back.
    let rest_db = level(output.len() - period);
    // Two periods on, the burst's own end is past.
    let start = end + 2 * period;
    let deepest_db = rest_db - level(start);
    let back = (start..output.len() - period).find(|n| rest_db - level(*n) < deepest_db / std::f64::consts::E);
    back.map_or(f64::INFINITY, |n| 1e3 * (n - end) as f64 / sample_rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exponential_recovery_in_decibels_has_its_time_constant() {
        let rate = 48_000.0;
        let end = BURST_START_S + BURST_S;
        for time_s in [0.02, 0.1] {
            let output: Vec<f64> = burst(0.0, rate)
                .iter()
                .enumerate()
                .map(|(n, sample)| {
                    let after = n as f64 / rate - end;
                    sample * if after < 0.0 { 1.0 } else { db_to_gain(-6.0 * (-after / time_s).exp()) }
                })
                .collect();
            let found = recovery_ms(&output, rate);
            // Read from two periods after the burst on.
            assert!((found - 1e3 * time_s).abs() < 1.5, "{found} ms");
        }
    }
}
