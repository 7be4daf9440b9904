//! Dither: rounds to words of 16, 20 or 24 bits so that the error is a steady noise instead of distortion.
//!
//! Triangular noise of ±1 step is added before rounding: mean and power of the error then do not depend on the signal
//! (Lipshitz, Wannamaker and Vanderkooy, Quantization and dither: a theoretical survey, JAES 1992), its power is a quarter of
//! a step squared. Noise shaping feeds the past errors back through a filter that moves them away from where the ear hears
//! best: the one with the least power weighted by the threshold of hearing (Verhelst and De Koning, Noise shaping filter
//! design for minimally audible signal requantization, WASPAA 2001; threshold after Terhardt, 1979), worked out for the sample
//! rate at hand, so that it is right at every rate. Its taps are finite and its errors those of an unclipped word, so it can't
//! become unstable. No latency. Each channel has noise of its own, the same after each reset. Off: bit-exact.

use crate::settings::OutputSettings;
use std::f64::consts::PI;

/// Past errors that the shaping weighs.
const ORDER: usize = 9;
/// Weights span no more than this: more would push the noise beyond 20 kHz up without being heard to fall elsewhere.
const WEIGHT_RANGE_DB: f64 = 30.0;
/// Frequencies over which the weighted power is summed.
const GRID: usize = 2048;
/// Seeds of the channels' noise: any two different numbers.
const SEEDS: [u64; 2] = [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344];

/// TPDF dither of two channels.
pub struct Ditherer {
    /// Steps of the word in an amplitude of 1; 0 when off.
    steps: f64,
    shaped: bool,
    /// The shaping filter is `1 - sum of taps[k] z^-(k+1)`.
    taps: [f64; ORDER],
    channels: [Channel; 2],
}

struct Channel {
    noise: Noise,
    /// Past errors in steps, the newest first.
    errors: [f64; ORDER],
}

impl Ditherer {
    /// A ditherer at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            steps: 0.0,
            shaped: false,
            taps: shaping_taps(sample_rate),
            channels: SEEDS.map(|seed| Channel { noise: Noise(seed), errors: [0.0; ORDER] }),
        }
    }

    /// Starts the noise anew: the same input then gives the same output.
    pub fn reset(&mut self) {
        for (channel, seed) in self.channels.iter_mut().zip(SEEDS) {
            *channel = Channel { noise: Noise(seed), errors: [0.0; ORDER] };
        }
    }

    /// Begins a segment.
    pub fn control(&mut self, settings: &OutputSettings) {
        let steps = settings.dither.bits().map_or(0.0, |bits| f64::from(1u32 << (bits - 1)));
        if steps != self.steps || settings.noise_shaping != self.shaped {
            self.channels.iter_mut().for_each(|channel| channel.errors = [0.0; ORDER]);
        }
        self.steps = steps;
        self.shaped = settings.noise_shaping;
    }

    /// Rounds in place; leaves the signal as it is when dither is off.
    pub fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        if self.steps == 0.0 {
            return;
        }
        for (channel, samples) in self.channels.iter_mut().zip([left, right]) {
            for sample in samples {
                let wanted = *sample * self.steps;
                let rounded = if self.shaped {
                    channel.round_shaped(&self.taps, wanted)
                } else {
                    (wanted + channel.noise.triangular()).round()
                };
                // The word has one step more below zero than above it.
                *sample = rounded.clamp(-self.steps, self.steps - 1.0) / self.steps;
            }
        }
    }
}

impl Channel {
    fn round_shaped(&mut self, taps: &[f64; ORDER], wanted: f64) -> f64 {
        let past: f64 = taps.iter().zip(&self.errors).map(|(tap, error)| tap * error).sum();
        let shaped = wanted - past;
        let rounded = (shaped + self.noise.triangular()).round();
        self.errors.copy_within(..ORDER - 1, 1);
        self.errors[0] = rounded - shaped;
        rounded
    }
}

/// The taps that predict noise with the ear's weights best (Levinson and Durbin's recursion): taking the prediction away leaves
/// the least weighted power.
fn shaping_taps(sample_rate: f64) -> [f64; ORDER] {
    let weights: Vec<f64> =
        (0..GRID).map(|bin| -threshold_db((bin as f64 + 0.5) / GRID as f64 * 0.5 * sample_rate)).collect();
    let most_db = weights.iter().fold(f64::NEG_INFINITY, |most, weight| most.max(*weight));
    let correlation: [f64; ORDER + 1] = std::array::from_fn(|lag| {
        let terms = weights.iter().enumerate().map(|(bin, weight_db)| {
            let power = 10f64.powf(0.1 * (weight_db - most_db).max(-WEIGHT_RANGE_DB));
            power * (PI * (bin as f64 + 0.5) / GRID as f64 * lag as f64).cos()
        });
        terms.sum()
    });
    let mut taps = [0.0; ORDER];
    let mut error = correlation[0];
    for order in 0..ORDER {
        let known: f64 = (0..order).map(|index| taps[index] * correlation[order - index]).sum();
        let reflection = (correlation[order + 1] - known) / error;
        let before = taps;
        for index in 0..order {
            taps[index] = before[index] - reflection * before[order - 1 - index];
        }
        taps[order] = reflection;
        error *= 1.0 - reflection * reflection;
    }
    taps
}

/// The level of a tone that one just hears in silence, dB SPL.
fn threshold_db(frequency_hz: f64) -> f64 {
    let khz = 0.001 * frequency_hz;
    3.64 * khz.powf(-0.8) - 6.5 * (-0.6 * (khz - 3.3).powi(2)).exp() + 1e-3 * khz.powi(4)
}

/// A sequence of 64-bit numbers without visible pattern (Steele, Lea and Flood, SplitMix, 2014).
struct Noise(u64);

impl Noise {
    /// The sum of two independent even distributions of ±1/2.
    #[inline]
    fn triangular(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        ((bits >> 32) as f64 + (bits & 0xffff_ffff) as f64) / 2f64.powi(32) - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Dither;

    const STEP: f64 = 1.0 / 32_768.0;

    fn settings(dither: Dither, noise_shaping: bool) -> OutputSettings {
        OutputSettings { dither, noise_shaping, ..OutputSettings::default() }
    }

    /// Errors of dithering `input` to 16 bits, in steps.
    fn errors(sample_rate: f64, noise_shaping: bool, input: &[f64]) -> [Vec<f64>; 2] {
        let mut ditherer = Ditherer::new(sample_rate);
        ditherer.control(&settings(Dither::Bits16, noise_shaping));
        let (mut left, mut right) = (input.to_vec(), input.to_vec());
        ditherer.process(&mut left, &mut right);
        [left, right].map(|out| out.iter().zip(input).map(|(out, input)| (out - input) / STEP).collect())
    }

    fn mean_product(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / a.len() as f64
    }

    fn tone(length: usize) -> Vec<f64> {
        (0..length).map(|n| 2.7 * STEP * (0.0137 * n as f64).sin()).collect()
    }

    /// Mean power of `samples` between two frequencies (shares of the sample rate), a white noise of power 1 giving 1.
    fn power_between(samples: &[f64], low: f64, high: f64) -> f64 {
        const BLOCK: usize = 1024;
        let fft = lacquer_fourier::forward::<f64>(BLOCK);
        let mut spectrum = fft.make_output_vec();
        let (mut sum, mut count) = (0.0, 0);
        for block in samples.chunks_exact(BLOCK) {
            fft.process(&mut block.to_vec(), &mut spectrum).unwrap();
            let bins = (low * BLOCK as f64).ceil() as usize..(high * BLOCK as f64) as usize;
            sum += spectrum[bins.clone()].iter().map(|bin| bin.norm_sqr() / BLOCK as f64).sum::<f64>();
            count += bins.len();
        }
        sum / count as f64
    }

    #[test]
    fn the_error_of_plain_dither_is_white_and_a_quarter_of_a_step_squared_whatever_the_signal() {
        for input in [vec![0.0; 1 << 18], vec![0.3 * STEP; 1 << 18], tone(1 << 18)] {
            let [left, right] = errors(48_000.0, false, &input);
            let mean = left.iter().sum::<f64>() / left.len() as f64;
            assert!(mean.abs() < 0.005, "mean {mean}");
            let power = mean_product(&left, &left);
            assert!((power - 0.25).abs() < 0.0025, "power {power}");
            for (low, high) in [(0.01, 0.1), (0.1, 0.3), (0.3, 0.49)] {
                let flat = power_between(&left, low, high) / 0.25;
                assert!((flat - 1.0).abs() < 0.03, "{low} to {high}: {flat}");
            }
            assert!(mean_product(&left, &right).abs() < 0.002, "channels are independent");
            let level = mean_product(&input, &input).sqrt().max(1e-12);
            assert!((mean_product(&left, &input) / level).abs() < 0.004, "signal and error are independent");
        }
    }

    #[test]
    fn samples_lie_on_the_grid_and_full_scale_stays_in_the_word() {
        for (dither, bits) in [(Dither::Bits16, 16), (Dither::Bits20, 20), (Dither::Bits24, 24)] {
            for shaped in [false, true] {
                let mut ditherer = Ditherer::new(44_100.0);
                ditherer.control(&settings(dither, shaped));
                let steps = f64::from(1u32 << (bits - 1));
                let (mut left, mut right) = (vec![1.0; 4096], vec![-1.5; 4096]);
                ditherer.process(&mut left, &mut right);
                for sample in left.iter().chain(&right) {
                    assert_eq!((sample * steps).fract(), 0.0);
                    assert_eq!(f64::from(*sample as f32), *sample, "single precision holds the word");
                }
                assert!(left.iter().all(|sample| *sample <= (steps - 1.0) / steps && *sample > 0.999));
                assert!(right.iter().all(|sample| *sample == -1.0));
                // Having been clipped leaves no trace.
                let (mut left, mut right) = (vec![0.0; 256], vec![0.0; 256]);
                ditherer.process(&mut left, &mut right);
                assert!(left.iter().chain(&right).all(|sample| sample.abs() * steps < 32.0));
            }
        }
    }

    #[test]
    fn shaped_noise_is_lower_where_the_ear_hears_best_at_every_rate() {
        let mut table = String::new();
        for rate in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
            let [left, right] = errors(rate, true, &tone(1 << 17));
            let plain = errors(rate, false, &tone(1 << 17));
            let change_db = |low: f64, high: f64| {
                10.0 * (power_between(&left, low / rate, high / rate)
                    / power_between(&plain[0], low / rate, high / rate))
                .log10()
            };
            let (ear, low, total) =
                (change_db(2_000.0, 5_000.0), change_db(300.0, 2_000.0), change_db(0.0, 0.499 * rate));
            table += &format!("{rate} Hz: 2-5 kHz {ear:+.1} dB, 0.3-2 kHz {low:+.1} dB, all {total:+.1} dB\n");
            assert!(ear < -9.0 && low < 0.0 && total < 20.0, "{table}");
            assert!(mean_product(&left, &right).abs() < 0.02 * mean_product(&left, &left), "channels are independent");
        }
        println!("{table}");
    }

    /// Power of the errors around each of `bands` frequencies, a white noise of power 1 giving 1 (Welch's method).
    fn spectrum(samples: &[f64], bands: usize) -> Vec<f64> {
        const BLOCK: usize = 1024;
        let window: Vec<f64> = (0..BLOCK).map(|n| 0.5 - 0.5 * (2.0 * PI * n as f64 / BLOCK as f64).cos()).collect();
        let power: f64 = window.iter().map(|value| value * value).sum();
        let fft = lacquer_fourier::forward::<f64>(BLOCK);
        let (mut block, mut bins) = (fft.make_input_vec(), fft.make_output_vec());
        let mut sums = vec![0.0; bands];
        let starts: Vec<usize> = (0..=samples.len() - BLOCK).step_by(BLOCK / 2).collect();
        let each = BLOCK / 2 / bands;
        for start in &starts {
            for ((value, sample), window) in block.iter_mut().zip(&samples[*start..]).zip(&window) {
                *value = sample * window;
            }
            fft.process(&mut block, &mut bins).unwrap();
            for (sum, bins) in sums.iter_mut().zip(bins[1..].chunks_exact(each)) {
                *sum += bins.iter().map(|bin| bin.norm_sqr()).sum::<f64>() / (each as f64 * power);
            }
        }
        sums.iter().map(|sum| sum / starts.len() as f64).collect()
    }

    /// Theory: with triangular dither the error of rounding is white and a quarter of a step squared, and the loop shapes it by
    /// `|1 - sum of taps[k] e^(-i w (k + 1))|²`.
    #[test]
    fn the_spectra_are_those_of_theory() {
        const BANDS: usize = 64;
        for rate in [44_100.0, 48_000.0, 96_000.0] {
            let taps = shaping_taps(rate);
            let gain = |share: f64| {
                let (re, im) = taps.iter().enumerate().fold((1.0, 0.0), |(re, im), (index, tap)| {
                    let angle = PI * share * (index + 1) as f64;
                    (re - tap * angle.cos(), im + tap * angle.sin())
                });
                re * re + im * im
            };
            for shaped in [false, true] {
                let [left, _] = errors(rate, shaped, &tone(1 << 18));
                let mut worst_db = 0f64;
                for (band, found) in spectrum(&left, BANDS).iter().enumerate() {
                    // The mean of the gain over the band's bins.
                    let bins = (0..8).map(|bin| (8.0 * band as f64 + f64::from(bin) + 1.0) / 512.0);
                    let expected = if shaped { 0.25 * bins.map(gain).sum::<f64>() / 8.0 } else { 0.25 };
                    worst_db = worst_db.max((10.0 * (found / expected).log10()).abs());
                }
                println!("{rate} Hz, shaped {shaped}: within {worst_db:.2} dB of theory");
                assert!(worst_db < 0.6, "{worst_db:.2} dB at {rate} Hz, shaped {shaped}");
                let total = mean_product(&left, &left);
                let expected = if shaped { 0.25 * (1.0 + taps.iter().map(|tap| tap * tap).sum::<f64>()) } else { 0.25 };
                assert!((total / expected - 1.0).abs() < 0.03, "{total}, not {expected} at {rate} Hz");
            }
            // What a loop takes away at some frequencies it adds at others: the mean of the logarithm is none (Gerzon and
            // Craven, Optimal noise shaping and dither of digital signals, AES 1989).
            let mean = (0..20_000).map(|n| gain((f64::from(n) + 0.5) / 20_000.0).ln()).sum::<f64>() / 20_000.0;
            assert!(mean.abs() < 1e-6, "{mean} at {rate} Hz");
        }
    }

    #[test]
    fn off_is_bit_exact_and_a_reset_repeats_the_noise() {
        let mut ditherer = Ditherer::new(48_000.0);
        ditherer.control(&settings(Dither::Off, true));
        let (mut left, mut right) = (tone(100), tone(100));
        ditherer.process(&mut left, &mut right);
        assert_eq!(left, tone(100));
        ditherer.control(&settings(Dither::Bits24, true));
        let mut run = || {
            let (mut left, mut right) = (tone(500), tone(500));
            ditherer.reset();
            ditherer.process(&mut left, &mut right);
            assert_ne!(left, right);
            [left, right]
        };
        assert_eq!(run(), run());
    }
}
