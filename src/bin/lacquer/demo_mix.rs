//! `lacquer demo-mix`: writes the demo mix, for trying the other commands without a song at hand.

use std::path::Path;

use lacquer::render::{
    Error, Tags,
    demo_mix::synthesise,
    wav::{WavFile, Word},
};

/// Sample rate of the file, Hz.
const RATE_HZ: u32 = 48_000;

/// Writes the demo mix as stereo float WAV.
pub fn run(output: &Path, force: bool) -> Result<(), Error> {
    let mut wav = WavFile::create(output, RATE_HZ, 2, Word::Float32, force)?;
    let mix = synthesise(RATE_HZ);
    wav.write(&mix.left, &mix.right)?;
    wav.finish(&Tags::default())
}
