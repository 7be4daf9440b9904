//! Settings that are one of a few named values: filter types, slopes, placements, phase, detectors, dither.

use serde::{Deserialize, Serialize};

/// A setting with a short fixed list of values, shown to people by label and to hosts by index.
///
/// The order of the values is published (hosts store the index): new values go to the end.
pub trait Choice: Copy + PartialEq + 'static {
    /// All values in published order.
    const ALL: &'static [Self];
    /// What a person reads, one label a value, in the order of [`Choice::ALL`].
    const LABELS: &'static [&'static str];

    /// The position of the value in [`Choice::ALL`].
    fn index(self) -> usize {
        Self::ALL.iter().position(|value| *value == self).unwrap_or(0)
    }

    /// The value at a position; positions past the end give the last value.
    fn from_index(index: usize) -> Self {
        Self::ALL[index.min(Self::ALL.len() - 1)]
    }
}

macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($(#[$value_meta:meta])* $value:ident = $label:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$value_meta])* $value),+ }

        impl Choice for $name {
            const ALL: &'static [Self] = &[$(Self::$value),+];
            const LABELS: &'static [&'static str] = &[$($label),+];
        }
    };
}

choice! {
    /// The shape of one EQ band.
    FilterType {
        /// Lifts or lowers around a frequency.
        #[default]
        Bell = "Bell",
        /// Lifts or lowers everything below a frequency (half the gain at it).
        LowShelf = "Low Shelf",
        /// Lifts or lowers everything above a frequency (half the gain at it).
        HighShelf = "High Shelf",
        /// Removes what lies below a frequency (-3 dB at it, by the band's slope).
        LowCut = "Low Cut",
        /// Removes what lies above a frequency (-3 dB at it, by the band's slope).
        HighCut = "High Cut",
        /// Removes one frequency altogether.
        Notch = "Notch",
        /// Turns the whole spectrum about a frequency: +gain/2 far above, -gain/2 far below.
        Tilt = "Tilt",
    }
}

impl FilterType {
    /// Whether the band's gain decides what the filter does; at 0 dB it then does nothing. Cuts and the notch have none.
    pub fn has_gain(self) -> bool {
        !matches!(self, Self::LowCut | Self::HighCut | Self::Notch)
    }
}

choice! {
    /// Steepness of a low or high cut, in dB per octave. Other filter types ignore it.
    Slope {
        Db6 = "6 dB/oct",
        #[default]
        Db12 = "12 dB/oct",
        Db18 = "18 dB/oct",
        Db24 = "24 dB/oct",
        Db30 = "30 dB/oct",
        Db36 = "36 dB/oct",
        Db42 = "42 dB/oct",
        Db48 = "48 dB/oct",
    }
}

impl Slope {
    /// Order of the Butterworth filter with this slope: 1 (6 dB/oct) to 8 (48 dB/oct).
    pub fn order(self) -> usize {
        self.index() + 1
    }
}

choice! {
    /// Which part of the stereo image an EQ band works on.
    Placement {
        #[default]
        Stereo = "Stereo",
        Mid = "Mid",
        Side = "Side",
    }
}

choice! {
    /// What an EQ does to the phase.
    Phase {
        /// No latency; what a boost or cut turns the phase by, and no more.
        #[default]
        Minimum = "Minimum",
        /// None: all frequencies are delayed alike, by a latency of its own.
        Linear = "Linear",
    }
}

choice! {
    /// What the compressor's detector follows.
    Detector {
        /// The greatest rectified sample of the last 5 ms.
        Peak = "Peak",
        /// The root of the mean square of the last 10 ms.
        #[default]
        Rms = "RMS",
    }
}

choice! {
    /// Word length that the output is dithered to.
    Dither {
        /// No dither, no rounding: 32-bit float goes out as it is.
        #[default]
        Off = "Off",
        Bits16 = "16 bit",
        Bits20 = "20 bit",
        Bits24 = "24 bit",
    }
}

impl Dither {
    /// Bits of the word, or `None` when dither is off.
    pub fn bits(self) -> Option<u32> {
        match self {
            Self::Off => None,
            Self::Bits16 => Some(16),
            Self::Bits20 => Some(20),
            Self::Bits24 => Some(24),
        }
    }
}
