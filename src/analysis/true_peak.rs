//! Peaks between the samples, as ITU-R BS.1770-5 (annex 2) has them: four times the rate below 96 kHz, twice below 192 kHz, the
//! samples themselves from there on, by a sinc of 48 taps under a Hann window.
//!
//! Most of a song cannot hold its greatest peak: where the samples around are so small that no sum of them reaches the peak so far,
//! nothing is interpolated. The figure is the same to the last bit. Cost: some 3 x 12 products for each sample near the peaks.

use super::levels::greatest;

/// Taps of the whole filter.
const TAPS: usize = 48;
/// Points computed together: whole vectors of any processor.
const LANES: usize = 16;

/// Both channels.
pub(super) struct TruePeakMeter {
    /// One for each point between two samples; their taps in the order of time.
    phases: Vec<Vec<f32>>,
    /// The most that any point can be, where no sample around it is greater than 1.
    reach: f32,
    /// What came before, and the part at hand.
    sounds: [Vec<f32>; 2],
}

impl TruePeakMeter {
    pub(super) fn new(sample_rate_hz: u32) -> Self {
        let times = match sample_rate_hz {
            ..96_000 => 4,
            96_000..192_000 => 2,
            _ => 1,
        };
        let tap = |index: usize| {
            let turn = std::f64::consts::TAU * index as f64 / TAPS as f64;
            let x = std::f64::consts::PI * (index as f64 - TAPS as f64 / 2.0) / times as f64;
            let sinc = if x == 0.0 { 1.0 } else { x.sin() / x };
            (0.5 * (1.0 - turn.cos()) * sinc) as f32
        };
        // The first phase is the samples themselves. What comes last in time has the first tap.
        let phase = |phase: usize| (0..TAPS / times).rev().map(|step| tap(step * times + phase)).collect::<Vec<f32>>();
        let phases: Vec<Vec<f32>> = (1..times).map(phase).collect();
        let sum = |phase: &Vec<f32>| phase.iter().map(|tap| tap.abs()).sum::<f32>();
        Self {
            // Sums in single precision may come out a little greater.
            reach: 1.0001 * phases.iter().map(sum).fold(1.0, f32::max),
            sounds: [vec![0.0; TAPS / times - 1], vec![0.0; TAPS / times - 1]],
            phases,
        }
    }

    /// Listens to a part of any length: the greatest peak in it, or `least` where none is greater.
    pub(super) fn add(&mut self, left: &[f32], right: &[f32], least: f32) -> f32 {
        let mut peak = least.max(greatest(left)).max(greatest(right));
        if self.phases.is_empty() {
            return peak;
        }
        for (sound, part) in self.sounds.iter_mut().zip([left, right]) {
            let taps = self.phases[0].len();
            sound.truncate(taps - 1);
            sound.extend_from_slice(part);
            sound.resize(taps - 1 + part.len().next_multiple_of(LANES), 0.0);
            for start in (0..part.len()).step_by(LANES) {
                let around = &sound[start..start + LANES + taps - 1];
                if greatest(around) * self.reach <= peak {
                    continue;
                }
                let points = LANES.min(part.len() - start);
                for phase in &self.phases {
                    peak = peak.max(greatest(&between(around, phase)[..points]));
                }
            }
            sound.truncate(taps - 1 + part.len());
            let kept = sound.len() - (taps - 1);
            sound.copy_within(kept.., 0);
        }
        peak
    }
}

/// The points of one phase.
#[inline(always)]
fn between(around: &[f32], phase: &[f32]) -> [f32; LANES] {
    let mut points = [0f32; LANES];
    for (tap, from) in phase.iter().zip(around.windows(LANES)) {
        for (point, sample) in points.iter_mut().zip(from) {
            *point += tap * sample;
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use ebur128::{EbuR128, Mode};

    use super::TruePeakMeter;
    use crate::analysis::testing::{drums, noise, sine};

    #[test]
    fn the_peaks_are_those_of_the_ebur128_crate() {
        for rate_hz in [8_000, 44_100, 48_000, 96_000, 192_000] {
            let songs =
                [noise(3, rate_hz, 1.0), drums(140.0, rate_hz, 1.0), sine(f64::from(rate_hz) / 5.1, 0.7, rate_hz, 1.0)];
            for song in songs {
                let other: Vec<f32> = song.iter().rev().map(|sample| 0.9 * sample).collect();
                let mut oracle = EbuR128::new(2, rate_hz, Mode::TRUE_PEAK).expect("a meter");
                oracle.add_frames_planar_f32(&[&song, &other]).expect("frames");
                let expected = oracle.true_peak(0).expect("a peak").max(oracle.true_peak(1).expect("a peak"));
                for length in [1, 5, 441, 1024] {
                    let mut meter = TruePeakMeter::new(rate_hz);
                    let parts = song.chunks(length).zip(other.chunks(length));
                    let peak = parts.fold(0.0, |peak, (left, right)| meter.add(left, right, peak));
                    assert!((f64::from(peak) / expected - 1.0).abs() < 1e-5, "{rate_hz} Hz: {peak}, {expected}");
                }
            }
        }
    }

    #[test]
    fn what_is_skipped_could_not_have_been_the_peak() {
        let song = drums(90.0, 44_100, 2.0);
        let mut whole = TruePeakMeter::new(44_100);
        let peak = song.chunks(441).fold(0.0, |peak, part| whole.add(part, part, peak));
        // Without a peak to beat nothing is skipped.
        let mut each = TruePeakMeter::new(44_100);
        let peaks = song.chunks(441).map(|part| each.add(part, part, 0.0));
        assert_eq!(peaks.fold(0.0, f32::max), peak);
    }
}
