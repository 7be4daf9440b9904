//! The axes of the pictures: frequency on a logarithmic scale, and the names of notes.

/// A logarithmic axis of frequency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrequencyAxis {
    pub low_hz: f64,
    pub high_hz: f64,
}

/// What people hear: 20 Hz to 20 kHz.
pub const AUDIBLE: FrequencyAxis = FrequencyAxis { low_hz: 20.0, high_hz: 20_000.0 };

impl FrequencyAxis {
    /// Where a frequency lies, 0 (low end) to 1 (high end), and beyond for what lies outside.
    pub fn share(&self, hz: f64) -> f64 {
        (hz.max(1e-3) / self.low_hz).ln() / (self.high_hz / self.low_hz).ln()
    }

    /// The frequency at a place, Hz.
    pub fn hz(&self, share: f64) -> f64 {
        self.low_hz * (self.high_hz / self.low_hz).powf(share)
    }
}

/// The nearest note of equal temperament (A4 is 440 Hz) and how many cents the frequency lies above it, -50 to 50.
pub fn note(hz: f64) -> (String, i32) {
    const NAMES: [&str; 12] = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"];
    /// Number of A4 when C0 is 0.
    const A4: f64 = 57.0;
    let number = A4 + 12.0 * (hz.max(1.0) / 440.0).log2();
    let nearest = number.round();
    let cents = (100.0 * (number - nearest)).round() as i32;
    let name = NAMES[nearest.rem_euclid(12.0) as usize];
    (format!("{name}{}", (nearest / 12.0).floor() as i32), cents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_frequencies_are_each_other_turned_round() {
        assert_eq!((AUDIBLE.share(20.0), AUDIBLE.share(20_000.0)), (0.0, 1.0));
        assert!((AUDIBLE.share(200.0) - 1.0 / 3.0).abs() < 1e-12);
        for hz in [10.0, 20.0, 440.0, 12_345.0, 30_000.0] {
            assert!((AUDIBLE.hz(AUDIBLE.share(hz)) / hz - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn notes_are_those_of_a_tuner() {
        for (hz, name, cents) in [
            (440.0, "A4", 0),
            (27.5, "A0", 0),
            (261.63, "C4", 0),
            (16.35, "C0", 0),
            (445.0, "A4", 20),
            (100.0, "G2", 35),
        ] {
            assert_eq!(note(hz), (name.to_owned(), cents), "{hz} Hz");
        }
        assert_eq!(note(30.87).0, "B0");
        assert_eq!(note(32.70).0, "C1");
    }
}
