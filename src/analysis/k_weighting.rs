//! The weighting of ITU-R BS.1770-5: a high shelf for the head, a high-pass for what ears hear little of.
//!
//! The standard gives coefficients at 48 kHz; these are the analogue parameters they come from (a shelf of 4 dB at 1682 Hz and a
//! high-pass at 38 Hz) through the bilinear transform, as every meter at other rates has it. Both channels are the two lanes of one
//! vector. Cost: two biquads a sample.

use wide::f64x2;

/// A pole pair's frequency in Hz and Q, its numerator's gains at high, middle and low frequencies.
const STAGES: [(f64, f64, [f64; 3]); 2] = [
    (1681.974450955533, 0.7071752369554196, [1.584_864_701_130_855, 1.258_720_930_232_562, 1.0]),
    (38.13547087602444, 0.5003270373238773, [1.0, 0.0, 0.0]),
];
/// A state under this has rung out: numbers below would only cost time.
const RUNG_OUT: f64 = 1e-40;

/// A second-order section in transposed direct form.
struct Section {
    b: [f64x2; 3],
    a: [f64x2; 2],
    state: [f64x2; 2],
}

impl Section {
    fn new((hz, q, [high, middle, low]): (f64, f64, [f64; 3]), sample_rate_hz: f64, is_normal: bool) -> Self {
        let k = (std::f64::consts::PI * hz / sample_rate_hz).tan();
        let a0 = 1.0 + k / q + k * k;
        // The standard's second numerator is 1, -2, 1 and not divided by what the transform puts before it.
        let b0 = if is_normal { a0 } else { 1.0 };
        let b = [high + middle * k / q + low * k * k, 2.0 * (low * k * k - high), high - middle * k / q + low * k * k];
        Self {
            b: b.map(|b| f64x2::splat(b / b0)),
            a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0].map(f64x2::splat),
            state: [f64x2::ZERO; 2],
        }
    }

    #[inline(always)]
    fn process(&mut self, x: f64x2) -> f64x2 {
        let y = self.b[0] * x + self.state[0];
        self.state[0] = self.b[1] * x + self.state[1] - self.a[0] * y;
        self.state[1] = self.b[2] * x - self.a[1] * y;
        y
    }
}

/// The filter of both channels, with the energy of what comes out.
pub(super) struct KWeighting {
    sections: [Section; 2],
    energy: f64x2,
}

impl KWeighting {
    pub(super) fn new(sample_rate_hz: u32) -> Self {
        let rate = f64::from(sample_rate_hz);
        let sections = [Section::new(STAGES[0], rate, true), Section::new(STAGES[1], rate, false)];
        Self { sections, energy: f64x2::ZERO }
    }

    /// Listens to a part of any length.
    pub(super) fn add(&mut self, left: &[f32], right: &[f32]) {
        let [shelf, high_pass] = &mut self.sections;
        for (l, r) in left.iter().zip(right) {
            let y = high_pass.process(shelf.process(f64x2::from([f64::from(*l), f64::from(*r)])));
            self.energy += y * y;
        }
    }

    /// Sum of the squares of both channels since the last call.
    pub(super) fn take_energy(&mut self) -> f64 {
        for section in &mut self.sections {
            for state in &mut section.state {
                if state.to_array().iter().all(|value| value.abs() < RUNG_OUT) {
                    *state = f64x2::ZERO;
                }
            }
        }
        let [left, right] = std::mem::replace(&mut self.energy, f64x2::ZERO).to_array();
        left + right
    }
}

/// Power gain of the filter at `frequency_hz`, for a digital filter at `sample_rate_hz`.
pub(super) fn k_weighting_power(frequency_hz: f64, sample_rate_hz: f64) -> f64 {
    if frequency_hz >= sample_rate_hz / 2.0 {
        return 0.0;
    }
    // The bilinear transform maps the frequency to tan(pi f / fs); s = i x that over the stage's own.
    let warp = |hz: f64| (std::f64::consts::PI * hz / sample_rate_hz).tan();
    let (second_hz, second_q, _) = STAGES[1];
    let excess = 1.0 + warp(second_hz) / second_q + warp(second_hz).powi(2);
    STAGES.iter().fold(excess * excess, |power, (stage_hz, q, [high, middle, low])| {
        let s = warp(frequency_hz) / warp(*stage_hz);
        let numerator = (low - high * s * s).powi(2) + (middle * s / q).powi(2);
        let denominator = (1.0 - s * s).powi(2) + (s / q).powi(2);
        power * numerator / denominator
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coefficients_at_48_khz_are_the_standards() {
        let filter = KWeighting::new(48_000);
        let [shelf, high_pass] = &filter.sections;
        let close = |own: f64x2, standard: f64| (own.to_array()[0] - standard).abs() < 1e-9;
        assert!(close(shelf.b[0], 1.53512485958697) && close(shelf.b[1], -2.69169618940638));
        assert!(close(shelf.b[2], 1.19839281085285));
        assert!(close(shelf.a[0], -1.69065929318241) && close(shelf.a[1], 0.73248077421585));
        assert!(close(high_pass.b[0], 1.0) && close(high_pass.b[1], -2.0) && close(high_pass.b[2], 1.0));
        assert!(close(high_pass.a[0], -1.99004745483398) && close(high_pass.a[1], 0.99007225036621));
    }

    #[test]
    fn a_tone_comes_out_with_the_power_of_the_response() {
        for (hz, rate_hz) in [(30.0, 44_100), (100.0, 48_000), (1000.0, 8_000), (3000.0, 96_000), (9000.0, 768_000)] {
            let turn = std::f64::consts::TAU * hz / f64::from(rate_hz);
            let tone: Vec<f32> = (0..2 * rate_hz).map(|n| (turn * f64::from(n)).sin() as f32).collect();
            let mut filter = KWeighting::new(rate_hz);
            let (start, rest) = tone.split_at(rate_hz as usize);
            filter.add(start, start);
            filter.take_energy();
            filter.add(rest, rest);
            // A second holds whole turns: half the square of each channel.
            let power = filter.take_energy() / f64::from(rate_hz);
            let apart_db = 10.0 * (power / k_weighting_power(hz, f64::from(rate_hz))).log10();
            assert!(apart_db.abs() < 1e-4, "{hz} Hz at {rate_hz}: {apart_db} dB");
        }
    }

    #[test]
    fn silence_after_sound_is_silence() {
        let mut filter = KWeighting::new(48_000);
        filter.add(&[1.0; 480], &[-1.0; 480]);
        assert!(filter.take_energy() > 1.0);
        for _ in 0..500 {
            filter.add(&[0.0; 480], &[0.0; 480]);
            filter.take_energy();
        }
        filter.add(&[0.0; 480], &[0.0; 480]);
        assert_eq!(filter.take_energy(), 0.0);
    }
}
