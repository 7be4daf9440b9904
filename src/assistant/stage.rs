//! The chain in two stages: what lies ahead of the limiter is rendered once and kept, so that the search for the drive and its proof
//! pay for the limiter alone.

use super::{
    programme::{Excerpt, Programme, ProgrammeError},
    render::excerpt,
};
use crate::settings::ChainSettings;

/// A part of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Whole,
    /// EQ, compressor and imager at the song's own level.
    AheadOfLimiter,
    /// The gains and the limiter.
    Limiter,
}

impl Stage {
    /// Settings that make the chain work as this part of `settings` alone. With an input gain and thresholds moved along with it, the
    /// stages in a row are the chain.
    pub fn of(self, settings: &ChainSettings) -> ChainSettings {
        let neutral = ChainSettings::default();
        let ChainSettings { input, limiter, output, .. } = *settings;
        match self {
            Self::Whole => *settings,
            Self::AheadOfLimiter => {
                ChainSettings { input: neutral.input, limiter: neutral.limiter, output: neutral.output, ..*settings }
            }
            Self::Limiter => ChainSettings { input, limiter, output, ..neutral },
        }
    }
}

/// Music that is held in memory where that is cheap, so that proving it does not decode it again.
pub enum Held<'a> {
    Memory(Excerpt),
    Source(&'a mut dyn Programme),
}

impl<'a> Held<'a> {
    /// Frames up to which music is held: a quarter of an hour at 48 kHz, 350 MB.
    const MOST_FRAMES: f64 = 44e6;

    /// Whether music of this length may be held.
    pub fn fits(length_s: f64, sample_rate_hz: u32) -> bool {
        length_s * f64::from(sample_rate_hz) <= Self::MOST_FRAMES
    }

    /// Holds `programme` if it is not in memory already and `length_s` of it is short enough.
    ///
    /// # Errors
    /// When the programme cannot be played to its end.
    pub fn of(programme: &'a mut dyn Programme, length_s: f64) -> Result<Self, ProgrammeError> {
        let rate = programme.sample_rate_hz();
        if programme.is_in_memory() || !Self::fits(length_s, rate) {
            return Ok(Self::Source(programme));
        }
        let mut held = Excerpt { sample_rate_hz: rate, ..Excerpt::default() };
        programme.play(&mut |left, right| {
            let length = left.len().min(right.len());
            held.left.extend_from_slice(&left[..length]);
            held.right.extend_from_slice(&right[..length]);
        })?;
        Ok(Self::Memory(held))
    }

    /// The music itself.
    pub fn programme(&mut self) -> &mut dyn Programme {
        match self {
            Self::Memory(excerpt) => excerpt,
            Self::Source(programme) => *programme,
        }
    }

    /// Its part from `from_s` on.
    ///
    /// # Errors
    /// When the programme cannot be played to its end.
    pub fn excerpt(&mut self, from_s: f64) -> Result<Excerpt, ProgrammeError> {
        excerpt(self.programme(), from_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assistant::{
            render::{Kept, Wanted, render},
            testing::music,
        },
        settings::{EqBand, fields::snapped},
    };

    #[test]
    fn the_stages_in_a_row_are_the_chain() {
        let mut settings = ChainSettings::default();
        settings.eq.bands[2] = EqBand { on: true, gain_db: -3.0, ..EqBand::default() };
        settings.compressor.on = true;
        settings.compressor.bands[0].threshold_db = -30.0;
        settings.limiter.on = true;
        settings.limiter.drive_db = 9.0;
        let settings = snapped(settings);
        let mut song = music(6.0);
        let wanted = Wanted { kept: Kept::All(song.left.len()), ..Wanted::default() };
        let pass = |song: &mut Excerpt, stage: Stage| {
            render(song, 2, &stage.of(&settings), wanted, &mut |_| {}).expect("renders").kept
        };
        let mut ahead = pass(&mut song, Stage::AheadOfLimiter);
        let (staged, whole) = (pass(&mut ahead, Stage::Limiter), pass(&mut song, Stage::Whole));
        assert_eq!(staged.left.len(), song.left.len());
        // In between it was rounded to single precision.
        let apart = staged.left.iter().zip(&whole.left).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart < 1e-5, "{apart}");
        assert!(whole.left.iter().zip(&song.left).any(|(a, b)| (a - b).abs() > 0.1), "the chain did nothing");
    }
}
