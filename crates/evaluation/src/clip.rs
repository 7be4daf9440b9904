//! A piece of a song in memory.

use std::path::Path;

use anyhow::{Result, ensure};
use lacquer::{
    analysis::{Analyser, Measurement},
    assistant::{Excerpt, Programme},
    dsp::Chain,
    render::Recording,
    settings::ChainSettings,
};

/// Stereo samples; mono has equal channels.
#[derive(Debug, Clone, PartialEq)]
pub struct Clip {
    pub sample_rate_hz: u32,
    /// What the file has: 1 or 2.
    pub channels: u16,
    pub left: Vec<f32>,
    pub right: Vec<f32>,
}

impl Clip {
    /// The middle `seconds` of a file, or all of it where that is less.
    ///
    /// # Errors
    /// When the file cannot be decoded.
    pub fn read(path: &Path, seconds: f64) -> Result<Self> {
        let mut recording = Recording::open(path)?;
        let (sample_rate_hz, channels) = (recording.sample_rate_hz(), recording.channels());
        let (mut left, mut right) = (Vec::new(), Vec::new());
        recording.play(&mut |new_left, new_right| {
            left.extend_from_slice(new_left);
            right.extend_from_slice(new_right);
        })?;
        ensure!(!left.is_empty(), "{} holds no audio", path.display());
        let length = ((seconds * f64::from(sample_rate_hz)) as usize).min(left.len());
        let start = (left.len() - length) / 2;
        let cut = |samples: Vec<f32>| samples[start..start + length].to_vec();
        Ok(Self { sample_rate_hz, channels, left: cut(left), right: cut(right) })
    }

    /// The first and the second half.
    pub fn halves(&self) -> [Self; 2] {
        let middle = self.left.len() / 2;
        let part = |range: std::ops::Range<usize>| Self {
            left: self.left[range.clone()].to_vec(),
            right: self.right[range].to_vec(),
            ..*self
        };
        [part(0..middle), part(middle..self.left.len())]
    }

    /// Everything the assistant knows of it.
    pub fn measured(&self) -> Measurement {
        const BLOCK: usize = 4096;
        let mut analyser = Analyser::new(self.sample_rate_hz, self.channels);
        for (left, right) in self.left.chunks(BLOCK).zip(self.right.chunks(BLOCK)) {
            analyser.add(left, right);
        }
        analyser.measurement()
    }

    /// What the assistant plays.
    pub fn programme(&self) -> Excerpt {
        Excerpt { sample_rate_hz: self.sample_rate_hz, left: self.left.clone(), right: self.right.clone() }
    }

    /// Through the chain, without its latency.
    pub fn mastered(&self, settings: &ChainSettings) -> Self {
        let mut chain = Chain::new(f64::from(self.sample_rate_hz), settings.eq.phase);
        let latency = chain.latency();
        let padded = |samples: &[f32]| [samples, &vec![0.0; latency]].concat();
        let (mut left, mut right) = (padded(&self.left), padded(&self.right));
        chain.process(settings, &mut left, &mut right);
        Self { left: left.split_off(latency), right: right.split_off(latency), ..*self }
    }
}
