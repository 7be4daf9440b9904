//! WAV out: 16 and 24 bits or 32-bit float, at the source's sample rate and number of channels, with the source's tags.
//!
//! The chain has already dithered to the grid of the word, so rounding here changes nothing but samples beyond full scale,
//! which are cut to it. 32-bit float is written bit for bit.

use std::{
    io::{BufWriter, Seek, SeekFrom, Write},
    path::Path,
};

use hound::{SampleFormat, WavSpec, WavWriter};

use super::{Error, Tags, output::OutputFile};
use crate::settings::Dither;

/// Word of a WAV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Bits16,
    Bits24,
    Float32,
}

impl Word {
    /// Bits of one sample.
    pub fn bits(self) -> u16 {
        match self {
            Self::Bits16 => 16,
            Self::Bits24 => 24,
            Self::Float32 => 32,
        }
    }

    /// The dither this word needs where the settings ask for `asked`: the coarser of both.
    pub fn dither(self, asked: Dither) -> Dither {
        match (self, asked) {
            (Self::Float32, asked) => asked,
            (Self::Bits16, _) => Dither::Bits16,
            (Self::Bits24, Dither::Off) => Dither::Bits24,
            (Self::Bits24, coarser) => coarser,
        }
    }
}

/// Bytes that a WAV file can count, less what its heads and tags take.
const MOST_BYTES: u64 = u32::MAX as u64 - (1 << 20);

/// A WAV file being written.
pub struct WavFile {
    output: OutputFile,
    writer: WavWriter<BufWriter<std::fs::File>>,
    word: Word,
    channels: u16,
    bytes: u64,
    shown: String,
}

impl WavFile {
    /// Begins `target` with one or two channels.
    ///
    /// # Errors
    /// As [`OutputFile::create`].
    pub fn create(
        target: &Path,
        sample_rate_hz: u32,
        channels: u16,
        word: Word,
        overwrite: bool,
    ) -> Result<Self, Error> {
        let output = OutputFile::create(target, overwrite)?;
        let shown = target.display().to_string();
        let sample_format = if word == Word::Float32 { SampleFormat::Float } else { SampleFormat::Int };
        let spec = WavSpec { channels, sample_rate: sample_rate_hz, bits_per_sample: word.bits(), sample_format };
        let file = output.file().try_clone().map_err(|error| failed(&shown, &error))?;
        let writer =
            WavWriter::new(BufWriter::with_capacity(1 << 16, file), spec).map_err(|error| failed(&shown, &error))?;
        Ok(Self { output, writer, word, channels, bytes: 0, shown })
    }

    /// Appends samples; mono takes the left ones.
    ///
    /// # Errors
    /// [`Error::Failed`] when the disk is full or the file would grow past the 4 GB that WAV can hold.
    pub fn write(&mut self, left: &[f32], right: &[f32]) -> Result<(), Error> {
        self.bytes += left.len() as u64 * u64::from(self.channels) * u64::from(self.word.bits() / 8);
        if self.bytes > MOST_BYTES {
            let shown = &self.shown;
            return Err(Error::Failed(format!(
                "{shown} would be over 4 GB, more than a WAV file can hold: use fewer --bits"
            )));
        }
        for (left, right) in left.iter().zip(right) {
            self.write_sample(*left)?;
            if self.channels == 2 {
                self.write_sample(*right)?;
            }
        }
        Ok(())
    }

    fn write_sample(&mut self, sample: f32) -> Result<(), Error> {
        let written = if self.word == Word::Float32 {
            self.writer.write_sample(sample)
        } else {
            let full_scale = f64::from(1u32 << (self.word.bits() - 1));
            self.writer
                .write_sample((f64::from(sample) * full_scale).round().clamp(-full_scale, full_scale - 1.0) as i32)
        };
        written.map_err(|error| failed(&self.shown, &error))
    }

    /// Closes the file with its tags and gives it its name.
    ///
    /// # Errors
    /// [`Error::Failed`] when the disk is full or the file cannot get its name; nothing is left then.
    pub fn finish(self, tags: &Tags) -> Result<(), Error> {
        self.writer.finalize().map_err(|error| failed(&self.shown, &error))?;
        append_chunk(self.output.file(), &tags.to_chunk()).map_err(|error| failed(&self.shown, &error))?;
        self.output.commit()
    }
}

/// Appends a chunk to a finished RIFF file and counts it in its head.
fn append_chunk(mut file: &std::fs::File, chunk: &[u8]) -> std::io::Result<()> {
    if chunk.is_empty() {
        return Ok(());
    }
    let mut end = file.seek(SeekFrom::End(0))?;
    if end % 2 == 1 {
        file.write_all(&[0])?;
        end += 1;
    }
    file.write_all(chunk)?;
    let riff_length = end + chunk.len() as u64 - 8;
    file.seek(SeekFrom::Start(4))?;
    file.write_all(&(riff_length as u32).to_le_bytes())
}

fn failed(shown: &str, error: &dyn std::fmt::Display) -> Error {
    Error::Failed(format!("cannot write {shown}: {error}"))
}
