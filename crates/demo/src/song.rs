//! A song in memory: stereo samples at one rate, measured and written as they are.

use std::path::Path;

use anyhow::Result;
use lacquer::{
    analysis::{Analyser, Measurement},
    assistant::{Excerpt, Programme},
    dsp::db_to_gain,
    render::{
        Recording, Tags, demo_mix,
        wav::{WavFile, Word},
    },
};

/// Stereo music; two songs are equal when every sample is.
#[derive(Debug, Clone)]
pub struct Song(Excerpt);

impl PartialEq for Song {
    fn eq(&self, other: &Self) -> bool {
        self.0.sample_rate_hz == other.0.sample_rate_hz && self.0.left == other.0.left && self.0.right == other.0.right
    }
}

impl Song {
    /// Nothing yet, at a rate in Hz.
    pub fn empty(sample_rate_hz: u32) -> Self {
        Self(Excerpt { sample_rate_hz, ..Excerpt::default() })
    }

    /// The program's own demo mix.
    pub fn demo_mix(sample_rate_hz: u32) -> Self {
        Self(demo_mix::synthesise(sample_rate_hz))
    }

    /// An audio file, whole. Mono becomes two equal channels.
    ///
    /// # Errors
    /// A sentence about what is wrong with the file.
    pub fn read(path: &Path) -> Result<Self> {
        let mut recording = Recording::open(path)?;
        let mut song = Self::empty(recording.sample_rate_hz());
        recording.play(&mut |left, right| song.push(left, right))?;
        Ok(song)
    }

    /// Appends samples.
    pub fn push(&mut self, left: &[f32], right: &[f32]) {
        self.0.left.extend_from_slice(left);
        self.0.right.extend_from_slice(right);
    }

    /// Samples a second.
    pub fn sample_rate_hz(&self) -> u32 {
        self.0.sample_rate_hz
    }

    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        self.0.left.len() as f64 / f64::from(self.0.sample_rate_hz.max(1))
    }

    /// Whether every sample is a number.
    pub fn is_finite(&self) -> bool {
        self.channels().into_iter().flatten().all(|sample| sample.is_finite())
    }

    /// Left and right.
    pub fn channels(&self) -> [&[f32]; 2] {
        [&self.0.left, &self.0.right]
    }

    /// The song as the offline renderer plays it.
    pub fn programme(&mut self) -> &mut dyn Programme {
        &mut self.0
    }

    /// Everything the analysis finds.
    pub fn measure(&self) -> Measurement {
        let mut analyser = Analyser::new(self.0.sample_rate_hz, 2);
        analyser.add(&self.0.left, &self.0.right);
        analyser.measurement()
    }

    /// Writes a 32-bit float WAV, turned by `gain_db`; replaces an older file.
    ///
    /// # Errors
    /// A sentence about why it cannot be written.
    pub fn write(&self, path: &Path, gain_db: f64) -> Result<()> {
        let mut file = WavFile::create(path, self.0.sample_rate_hz, 2, Word::Float32, true)?;
        if gain_db == 0.0 {
            file.write(&self.0.left, &self.0.right)?;
        } else {
            let gain = db_to_gain(gain_db);
            let turn = |samples: &[f32]| samples.iter().map(|s| (f64::from(*s) * gain) as f32).collect::<Vec<_>>();
            file.write(&turn(&self.0.left), &turn(&self.0.right))?;
        }
        file.finish(&Tags::default())?;
        Ok(())
    }
}
