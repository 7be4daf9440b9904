//! Plays an audio file as stereo `f32` blocks at its own sample rate, as often as asked; changes nothing about the sound.
//!
//! WAV, AIFF, FLAC, MP3, Ogg Vorbis, AAC (ADTS, M4A) and ALAC through symphonia, with the encoder's delay trimmed where the
//! container states it. Mono plays as two equal channels. Files of up to some ten minutes are kept in memory when they are
//! first played; longer ones are decoded anew each time, so that an hour of audio needs no more memory than that.

use std::{fs::File, path::Path, path::PathBuf};

use symphonia::core::{
    audio::{Audio, GenericAudioBufferRef},
    codecs::audio::{
        AudioDecoder, AudioDecoderOptions,
        well_known::{CODEC_ID_MP3, CODEC_ID_OPUS},
    },
    errors::Error as SymphoniaError,
    formats::{FormatOptions, FormatReader, TrackType, probe::Hint},
    io::MediaSourceStream,
    meta::MetadataOptions,
};

use super::{Error, Tags, guard::guarded};
use crate::{
    assistant::{Programme, ProgrammeError},
    dsp::SAMPLE_RATES_HZ,
};

/// The most samples (of all channels) kept in memory: 256 MB, over eleven minutes of stereo at 48 kHz.
const MOST_KEPT_SAMPLES: usize = 64 << 20;
/// So many samples of a channel get their room at once because the header says so, 4 MB; beyond that the room grows with what comes.
const MOST_BELIEVED_FRAMES: u64 = 1 << 20;
/// A file that breaks off is used when at least this much came, seconds: shorter pieces say nothing about a song.
const LEAST_OF_A_BROKEN_FILE_S: f64 = 1.0;
/// No decoder is made for more channels than this: it would take room for each, up to 600 MB. What has fewer is judged by what is decoded,
/// for not every container tells the truth.
const MOST_CHANNELS: usize = 64;
/// What is said of a file that a decoder crashed on.
const CRASH: &str = "the decoder gave up on it";
/// How much shorter than its header says a file may be before it counts as broken off.
const MISSING_SHARE: f64 = 0.01;

/// An audio file that can be played.
#[derive(Debug)]
pub struct Recording {
    path: PathBuf,
    sample_rate_hz: u32,
    channels: u16,
    tags: Tags,
    warnings: Vec<String>,
    expected_frames: Option<u64>,
    frames: Option<u64>,
    /// Whether the first run may put the samples into memory.
    keep: bool,
    kept: Option<[Vec<f32>; 2]>,
}

impl Recording {
    /// Opens a file and decodes its first samples.
    ///
    /// # Errors
    /// [`Error::BadInput`] says in a sentence why the file cannot be played: missing, a folder, empty, no audio, a format or
    /// number of channels or sample rate that Lacquer does not take.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let mut stream = Stream::open(path)?;
        let shown = path.display();
        let Some(block) = stream.next_block().map_err(|error| Error::BadInput(format!("{shown}: {error}")))? else {
            return Err(Error::BadInput(format!("{shown} holds no audio: it has a header but not one sample")));
        };
        let (sample_rate_hz, channels) = (block.spec().rate(), block.num_planes());
        if !SAMPLE_RATES_HZ.contains(&sample_rate_hz) {
            let (low, high) = (SAMPLE_RATES_HZ.start() / 1000, SAMPLE_RATES_HZ.end() / 1000);
            return Err(Error::BadInput(format!(
                "{shown} has a sample rate of {sample_rate_hz} Hz; Lacquer works from {low} to {high} kHz: resample it"
            )));
        }
        if !(1..=2).contains(&channels) {
            return Err(not_stereo(path, channels));
        }
        Ok(Self {
            path: path.to_owned(),
            sample_rate_hz,
            channels: channels as u16,
            tags: Tags::read(path, stream.format.as_mut()),
            warnings: Vec::new(),
            expected_frames: stream.expected_frames,
            frames: None,
            keep: true,
            kept: None,
        })
    }

    /// The same recording, never kept in memory: for those who play it once.
    pub fn streamed(mut self) -> Self {
        self.keep = false;
        self
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Channels in the file: 1 or 2.
    pub fn channels(&self) -> u16 {
        self.channels
    }

    /// What the file says about its music.
    pub fn tags(&self) -> &Tags {
        &self.tags
    }

    /// Samples of one channel: counted once the file has been played, until then what its header says, if anything.
    pub fn frames(&self) -> Option<u64> {
        self.frames.or(self.expected_frames)
    }

    /// One sentence for each thing that was wrong with the file and could be worked around; complete once it has been played.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Decodes the whole file into `sink`, and into memory as long as it fits there.
    fn decode(&mut self, sink: &mut dyn FnMut(&[f32], &[f32])) -> Result<(), Error> {
        let mut stream = Stream::open(&self.path)?;
        let most_kept_frames = MOST_KEPT_SAMPLES / usize::from(self.channels);
        let fits = self.expected_frames.is_none_or(|frames| frames <= most_kept_frames as u64);
        let mut keep = self.keep && fits && self.frames.is_none();
        let room = if keep { self.expected_frames.unwrap_or(0).min(MOST_BELIEVED_FRAMES) as usize } else { 0 };
        let mut kept = [Vec::with_capacity(room), Vec::with_capacity(if self.channels == 2 { room } else { 0 })];
        let mut scratch: Vec<Vec<f32>> = Vec::new();
        let mut frames = 0u64;
        let broken = loop {
            let block = match stream.next_block() {
                Ok(Some(block)) => block,
                Ok(None) => break None,
                Err(error) => break Some(error),
            };
            if block.spec().rate() != self.sample_rate_hz || block.num_planes() != usize::from(self.channels) {
                break Some("sample rate or channels change on the way".to_owned());
            }
            let (left, right) = planes(&block, &mut scratch);
            sink(left, right);
            frames += left.len() as u64;
            if keep && frames as usize > most_kept_frames {
                keep = false;
                kept = Default::default();
            }
            if keep {
                kept[0].extend_from_slice(left);
                if self.channels == 2 {
                    kept[1].extend_from_slice(right);
                }
            }
        };
        if self.frames.is_none() {
            self.warn_of_damage(frames, stream.damaged_packets, broken)?;
            self.frames = Some(frames);
            self.kept = keep.then_some(kept);
        }
        Ok(())
    }

    /// Judges the first run through the file.
    fn warn_of_damage(&mut self, frames: u64, damaged_packets: usize, broken: Option<String>) -> Result<(), Error> {
        let shown = self.path.display();
        let seconds = frames as f64 / f64::from(self.sample_rate_hz);
        let missing =
            self.expected_frames.filter(|expected| (frames as f64) < *expected as f64 * (1.0 - MISSING_SHARE));
        let cause = match (&broken, missing) {
            (Some(cause), _) => Some(cause.clone()),
            (None, Some(expected)) => {
                let expected_s = expected as f64 / f64::from(self.sample_rate_hz);
                Some(format!("its header promises {expected_s:.1} s"))
            }
            (None, None) => None,
        };
        if let Some(cause) = cause {
            if seconds < LEAST_OF_A_BROKEN_FILE_S {
                return Err(Error::BadInput(format!(
                    "{shown} breaks off after {seconds:.2} s ({cause}): it is cut short or damaged, export it again"
                )));
            }
            self.warnings.push(format!(
                "{shown} breaks off after {seconds:.1} s ({cause}): it is cut short or damaged; what came before is used"
            ));
        }
        if damaged_packets > 0 {
            self.warnings
                .push(format!("{shown} is damaged: {damaged_packets} packets could not be decoded and are missing"));
        }
        Ok(())
    }
}

impl Programme for Recording {
    fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    fn is_in_memory(&self) -> bool {
        self.kept.is_some()
    }

    fn play(&mut self, sink: &mut dyn FnMut(&[f32], &[f32])) -> Result<(), ProgrammeError> {
        const BLOCK: usize = 4096;
        let Some([left, right]) = &self.kept else {
            return self.decode(sink).map_err(|error| ProgrammeError(error.to_string()));
        };
        let right = if self.channels == 2 { right } else { left };
        for (left, right) in left.chunks(BLOCK).zip(right.chunks(BLOCK)) {
            sink(left, right);
        }
        Ok(())
    }
}

/// Left and right of a decoded block, converted into `scratch` where they are not `f32` already.
fn planes<'a>(block: &'a GenericAudioBufferRef<'_>, scratch: &'a mut Vec<Vec<f32>>) -> (&'a [f32], &'a [f32]) {
    if let GenericAudioBufferRef::F32(block) = block {
        let left = block.plane(0).unwrap_or_default();
        return (left, block.plane(1).unwrap_or(left));
    }
    block.copy_to_vecs_planar(scratch);
    let left = scratch.first().map(Vec::as_slice).unwrap_or_default();
    (left, scratch.get(1).map_or(left, Vec::as_slice))
}

/// A file being decoded from its start.
struct Stream {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    expected_frames: Option<u64>,
    damaged_packets: usize,
}

impl Stream {
    fn open(path: &Path) -> Result<Self, Error> {
        let shown = path.display();
        let bad = |text: String| Error::BadInput(text);
        let about = std::fs::metadata(path).map_err(|error| bad(format!("cannot read {shown}: {error}")))?;
        if about.is_dir() {
            return Err(bad(format!("{shown} is a folder; give the audio files in it")));
        }
        if about.is_file() && about.len() == 0 {
            return Err(bad(format!("{shown} is empty (0 bytes)")));
        }
        let file = File::open(path).map_err(|error| bad(format!("cannot read {shown}: {error}")))?;
        let mut hint = Hint::new();
        if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
            hint.with_extension(extension);
        }
        let source = MediaSourceStream::new(Box::new(file), Default::default());
        let probe = || {
            symphonia::default::get_probe().probe(&hint, source, FormatOptions::default(), MetadataOptions::default())
        };
        let format = guarded(probe).unwrap_or(Err(SymphoniaError::DecodeError(CRASH))).map_err(|error| {
            match error {
                SymphoniaError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                    bad(format!("{shown} is cut short or not audio: it ends before a sound begins"))
                }
                error => bad(format!(
                    "{shown} is not audio that Lacquer reads ({}); it reads WAV, AIFF, FLAC, MP3, Ogg Vorbis, AAC and M4A",
                    cause(&error)
                )),
            }
        })?;
        let no_audio = || bad(format!("{shown} holds no audio track"));
        let track = format.default_track(TrackType::Audio).ok_or_else(no_audio)?;
        let parameters = track.codec_params.as_ref().and_then(|codec| codec.audio()).ok_or_else(no_audio)?;
        let channels = parameters.channels.as_ref().map_or(0, |channels| channels.count());
        if channels > MOST_CHANNELS {
            return Err(not_stereo(path, channels));
        }
        if parameters.codec == CODEC_ID_OPUS {
            return Err(bad(format!("{shown} is Opus, which Lacquer cannot decode: convert it to WAV or FLAC first")));
        }
        let make = || symphonia::default::get_codecs().make_audio_decoder(parameters, &AudioDecoderOptions::default());
        let decoder = guarded(make).unwrap_or(Err(SymphoniaError::DecodeError(CRASH))).map_err(|error| {
            bad(format!(
                "{shown} has a codec that Lacquer cannot decode ({}): convert it to WAV or FLAC",
                cause(&error)
            ))
        })?;
        let track_id = track.id;
        // The length of an MP3 whose encoder did not state it (and its own delay) is an estimate, which proves nothing.
        let stated = parameters.codec != CODEC_ID_MP3 || track.delay.is_some();
        let expected_frames = track.num_frames.filter(|_| stated);
        Ok(Self { format, decoder, track_id, expected_frames, damaged_packets: 0 })
    }

    /// The next samples; `None` at the end. An error says in a few words why the file breaks off here.
    fn next_block(&mut self) -> Result<Option<GenericAudioBufferRef<'_>>, String> {
        loop {
            let (format, decoder) = (&mut self.format, &mut self.decoder);
            let packet = match guarded(|| format.next_packet()) {
                Some(Ok(Some(packet))) => packet,
                Some(Ok(None)) => return Ok(None),
                Some(Err(error)) => return Err(cause(&error)),
                None => return Err(CRASH.to_owned()),
            };
            if packet.track_id != self.track_id {
                continue;
            }
            match guarded(|| decoder.decode(&packet).map(|block| block.frames())) {
                Some(Ok(0)) => {}
                Some(Ok(_)) => break,
                Some(Err(SymphoniaError::DecodeError(_))) => self.damaged_packets += 1,
                Some(Err(error)) => return Err(cause(&error)),
                None => return Err(CRASH.to_owned()),
            }
        }
        Ok(Some(self.decoder.last_decoded()))
    }
}

/// Refuses a number of channels.
fn not_stereo(path: &Path, channels: usize) -> Error {
    Error::BadInput(format!(
        "{} has {channels} channels; Lacquer masters mono and stereo: mix it down to stereo first",
        path.display()
    ))
}

/// A few words for what symphonia reports.
fn cause(error: &SymphoniaError) -> String {
    match error {
        SymphoniaError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "the file ends too early".to_owned()
        }
        SymphoniaError::ResetRequired => "another stream begins".to_owned(),
        SymphoniaError::Unsupported(_) => "unknown to it".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
