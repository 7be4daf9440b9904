//! Music that can be played again: what the assistant renders its suggestions with.

/// Why the music could not be played to its end; the text is a sentence for people.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ProgrammeError(pub String);

/// A piece of stereo music that plays from its start as often as asked. Mono has equal channels.
pub trait Programme {
    /// Samples a second, 8000 to 768000.
    fn sample_rate_hz(&self) -> u32;

    /// Whether playing it again costs no more than reading memory.
    fn is_in_memory(&self) -> bool {
        false
    }

    /// Plays everything in blocks (left, right; of equal length, any length) into `sink`.
    ///
    /// # Errors
    /// When the source fails on the way; what was played until then counts for nothing.
    fn play(&mut self, sink: &mut dyn FnMut(&[f32], &[f32])) -> Result<(), ProgrammeError>;
}

/// Music that is all in memory.
#[derive(Debug, Clone, Default)]
pub struct Excerpt {
    pub sample_rate_hz: u32,
    pub left: Vec<f32>,
    pub right: Vec<f32>,
}

impl Programme for Excerpt {
    fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    fn is_in_memory(&self) -> bool {
        true
    }

    fn play(&mut self, sink: &mut dyn FnMut(&[f32], &[f32])) -> Result<(), ProgrammeError> {
        const BLOCK: usize = 4096;
        for (left, right) in self.left.chunks(BLOCK).zip(self.right.chunks(BLOCK)) {
            sink(left, right);
        }
        Ok(())
    }
}
