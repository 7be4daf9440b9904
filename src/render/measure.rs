//! Measures a programme from its start to its end; changes nothing.

use super::Error;
use crate::{
    analysis::{Analyser, Measurement},
    assistant::Programme,
};

/// Plays all of `programme`, which came with `channels` channels, into the analysis. `on_frames` hears how many samples of one
/// channel have been played so far.
///
/// # Errors
/// [`Error::BadInput`] when the programme cannot be played to its end.
pub fn measure(
    programme: &mut dyn Programme,
    channels: u16,
    on_frames: &mut dyn FnMut(u64),
) -> Result<Measurement, Error> {
    let mut analyser = Analyser::new(programme.sample_rate_hz(), channels);
    let mut frames = 0;
    programme
        .play(&mut |left, right| {
            analyser.add(left, right);
            frames += left.len() as u64;
            on_frames(frames);
        })
        .map_err(|error| Error::BadInput(error.to_string()))?;
    Ok(analyser.measurement())
}
