//! Runs the built command on files made for the test. Each test file uses a part of this.
#![allow(dead_code)]

pub mod flac;

use std::{
    path::Path,
    process::{Command, Output},
};

use hound::{SampleFormat, WavSpec, WavWriter};

/// What a run of the command left behind.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        let Output { status, stdout, stderr } = command.output().expect("the command runs");
        Self {
            code: status.code().expect("the command ends by itself"),
            stdout: String::from_utf8(stdout).expect("text"),
            stderr: String::from_utf8(stderr).expect("text"),
        }
    }

    /// The answer as one JSON object.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }
}

/// Runs `lacquer` with these arguments.
pub fn lacquer(arguments: &[&str]) -> Run {
    Run::of(Command::new(env!("CARGO_BIN_EXE_lacquer")).args(arguments))
}

/// A folder that is gone after the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub fn as_path(&self) -> &Path {
        self.0.path()
    }

    /// The folder itself as text.
    pub fn root(&self) -> String {
        self.as_path().display().to_string()
    }

    /// A path in the folder as text.
    pub fn path(&self, name: &str) -> String {
        self.as_path().join(name).display().to_string()
    }

    /// Writes a file and gives its path.
    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.as_path().join(name), bytes).expect("writes");
        self.path(name)
    }
}

/// A sine on both channels, interleaved.
pub fn tone(rate_hz: u32, seconds: f64, frequency_hz: f64, amplitude: f64) -> Vec<f32> {
    let frames = (seconds * f64::from(rate_hz)) as usize;
    let angle = |n: usize| std::f64::consts::TAU * frequency_hz * n as f64 / f64::from(rate_hz);
    (0..frames).flat_map(|n| [(amplitude * angle(n).sin()) as f32; 2]).collect()
}

/// Writes interleaved samples as 32-bit float.
pub fn write_float(path: &str, sample_rate: u32, channels: u16, samples: &[f32]) {
    let spec = WavSpec { channels, sample_rate, bits_per_sample: 32, sample_format: SampleFormat::Float };
    let mut writer = WavWriter::create(path, spec).expect("creates");
    samples.iter().for_each(|sample| writer.write_sample(*sample).expect("writes"));
    writer.finalize().expect("closes");
}

/// Writes interleaved samples as whole numbers.
pub fn write_whole(path: &str, sample_rate: u32, channels: u16, bits_per_sample: u16, samples: &[f32]) {
    let spec = WavSpec { channels, sample_rate, bits_per_sample, sample_format: SampleFormat::Int };
    let full_scale = 2f32.powi(i32::from(bits_per_sample) - 1);
    let mut writer = WavWriter::create(path, spec).expect("creates");
    samples.iter().for_each(|sample| writer.write_sample((sample * full_scale) as i32).expect("writes"));
    writer.finalize().expect("closes");
}

/// Left and right in turn.
pub fn interleaved(left: &[f32], right: &[f32]) -> Vec<f32> {
    left.iter().zip(right).flat_map(|(left, right)| [*left, *right]).collect()
}
