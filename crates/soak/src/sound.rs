//! What is played: passages whose loudness and substance differ, so that what hangs on them shows.

use std::f32::consts::TAU;

/// Kinds of passages, in the order in which they come round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Passage {
    /// Drums, bass, chords and noise.
    Music,
    /// A chord that dies away by 60 dB a second, far under what a sample of 24 bits can hold, to nothing.
    Decay,
    /// Noise too small for the exponent of a sample in single precision.
    Denormal,
    /// Zeros.
    Silence,
}

impl Passage {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Music, Self::Decay, Self::Denormal, Self::Silence];
}

/// Makes the passages; the same ones at every run.
pub struct Player {
    rate_hz: f32,
    seed: u32,
}

impl Player {
    /// At this sample rate. Players of different seeds have different noise.
    pub fn new(rate_hz: f64, seed: u32) -> Self {
        Self { rate_hz: rate_hz as f32, seed }
    }

    /// Fills both channels with the part of a passage that begins `from` samples after its start.
    pub fn fill(&mut self, passage: Passage, from: usize, [left, right]: [&mut [f32]; 2]) {
        for (index, (left, right)) in left.iter_mut().zip(right).enumerate() {
            let time_s = (from + index) as f32 / self.rate_hz;
            let tone = |hz: f32| (TAU * (hz * time_s).fract()).sin();
            (*left, *right) = match passage {
                Passage::Music => {
                    let beat = (-12.0 * (time_s * 2.0).fract()).exp();
                    let common = 0.4 * beat * tone(55.0) + 0.1 * tone(110.0) + 0.05 * tone(660.0);
                    let hiss = 0.03 * (0.2 + beat) * self.noise();
                    (common + 0.08 * tone(220.0) + hiss, common + 0.08 * tone(277.18) - hiss)
                }
                Passage::Decay => {
                    let level = 0.3 * (-6.9 * time_s).exp();
                    (level * tone(220.0), level * tone(277.18))
                }
                Passage::Denormal => (1e-39 * self.noise(), 1e-41 * self.noise()),
                Passage::Silence => (0.0, 0.0),
            };
        }
    }

    /// Even between -1 and 1 (a linear congruential generator's upper bits).
    fn noise(&mut self) -> f32 {
        self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.seed >> 8) as f32 / 8_388_608.0 - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peak(passage: Passage, from: usize) -> f32 {
        let (mut left, mut right) = (vec![0.0; 4800], vec![0.0; 4800]);
        Player::new(48_000.0, 1).fill(passage, from, [&mut left, &mut right]);
        left.iter().chain(&right).fold(0.0, |peak, sample| peak.max(sample.abs()))
    }

    #[test]
    fn each_passage_is_what_it_is_called() {
        assert!((0.2..1.0).contains(&peak(Passage::Music, 0)));
        assert!((0.1..0.4).contains(&peak(Passage::Decay, 0)));
        let late = peak(Passage::Decay, 10 * 48_000);
        assert!(late > 0.0 && late < 1e-28, "{late}");
        let denormal = peak(Passage::Denormal, 0);
        assert!(denormal > 0.0 && denormal < f32::MIN_POSITIVE, "{denormal}");
        assert_eq!(peak(Passage::Silence, 0), 0.0);
    }
}
