//! The music that was heard, kept in memory so that the assistant can play it through the chain.

use crate::assistant::{Programme, ProgrammeError};

/// The most that is kept: 8 minutes at 48 kHz, 4 at 96 kHz; 184 MB. Longer records are rare, and their first minutes
/// tell what the rest is like.
pub const MAX_FRAMES: usize = 8 * 60 * 48_000;
/// Frames of one piece: memory grows by half a megabyte at a time, and nothing is ever copied.
const PIECE_FRAMES: usize = 65_536;
/// Frames that are played at a time: how soon a decision that nobody waits for any more ends.
const PLAY_FRAMES: usize = 4096;

/// Stereo music in pieces.
#[derive(Debug)]
pub struct Recording {
    sample_rate_hz: u32,
    pieces: Vec<[Vec<f32>; 2]>,
    frames: usize,
}

impl Recording {
    /// An empty recording.
    pub fn new(sample_rate_hz: u32) -> Self {
        Self { sample_rate_hz, pieces: Vec::new(), frames: 0 }
    }

    /// Adds frames as long as there is room and gives the number taken.
    pub fn add(&mut self, left: &[f32], right: &[f32]) -> usize {
        let wanted = left.len().min(right.len()).min(MAX_FRAMES - self.frames);
        let mut start = 0;
        while start < wanted {
            if self.frames.is_multiple_of(PIECE_FRAMES) {
                self.pieces.push([Vec::with_capacity(PIECE_FRAMES), Vec::with_capacity(PIECE_FRAMES)]);
            }
            let end = wanted.min(start + PIECE_FRAMES - self.frames % PIECE_FRAMES);
            if let Some([piece_left, piece_right]) = self.pieces.last_mut() {
                piece_left.extend_from_slice(&left[start..end]);
                piece_right.extend_from_slice(&right[start..end]);
            }
            self.frames += end - start;
            start = end;
        }
        wanted
    }

    /// Samples a second.
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        self.frames as f64 / f64::from(self.sample_rate_hz)
    }

    /// The recording as a programme that stops with an error as soon as `wanted` says `false`.
    pub fn programme<'a>(&'a self, wanted: &'a dyn Fn() -> bool) -> WhileWanted<'a> {
        WhileWanted { recording: self, wanted }
    }

    fn blocks(&self) -> impl Iterator<Item = (&[f32], &[f32])> {
        self.pieces.iter().flat_map(|[left, right]| left.chunks(PLAY_FRAMES).zip(right.chunks(PLAY_FRAMES)))
    }
}

/// A recording that plays as long as somebody wants the answer.
pub struct WhileWanted<'a> {
    recording: &'a Recording,
    wanted: &'a dyn Fn() -> bool,
}

impl Programme for WhileWanted<'_> {
    fn sample_rate_hz(&self) -> u32 {
        self.recording.sample_rate_hz
    }

    fn is_in_memory(&self) -> bool {
        true
    }

    fn play(&mut self, sink: &mut dyn FnMut(&[f32], &[f32])) -> Result<(), ProgrammeError> {
        for (left, right) in self.recording.blocks() {
            if !(self.wanted)() {
                return Err(ProgrammeError("the answer is not wanted any more".into()));
            }
            sink(left, right);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_heard_plays_again_from_its_start_until_it_is_not_wanted() {
        let song: Vec<f32> = (0..PIECE_FRAMES * 2 + 77).map(|n| n as f32).collect();
        let mut recording = Recording::new(48_000);
        for piece in song.chunks(1000) {
            assert_eq!(recording.add(piece, piece), piece.len());
        }
        assert_eq!(recording.seconds(), song.len() as f64 / 48_000.0);
        for _ in 0..2 {
            let mut heard = Vec::new();
            let played = recording.programme(&|| true).play(&mut |left, right| {
                assert_eq!(left, right);
                heard.extend_from_slice(left);
            });
            assert!(played.is_ok());
            assert_eq!(heard, song);
        }
        assert!(recording.programme(&|| false).play(&mut |_, _| {}).is_err());
    }

    #[test]
    fn a_full_recording_takes_no_more() {
        let mut recording = Recording::new(48_000);
        recording.frames = MAX_FRAMES - 10;
        recording.pieces.push([Vec::new(), Vec::new()]);
        assert_eq!(recording.add(&[0.0; 100], &[0.0; 100]), 10);
        assert_eq!(recording.add(&[0.0; 100], &[0.0; 100]), 0);
        assert!((recording.seconds() - 480.0).abs() < 1e-9);
    }
}
