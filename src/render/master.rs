//! Plays music through the chain: the same samples that the plugin gives for the same settings, with the latency taken out,
//! so that the result is as long as the source and lies in time with it.

use super::Error;
use crate::{
    assistant::Programme,
    dsp::Chain,
    settings::{ChainSettings, MAX_BANDS},
};

/// Time between two points of [`Reductions`], seconds.
pub const REDUCTION_STEP_S: f64 = 0.1;
/// Samples that the chain works on at a time; the number changes no sample, only how long a pass stays in the cache.
const BLOCK: usize = 2048;

/// How much the compressor and the limiter took away, the most in each tenth of a second, dB (0 or more).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reductions {
    pub limiter_db: Vec<f32>,
    pub compressor_db: [Vec<f32>; MAX_BANDS],
}

/// What the sink of [`render`] gets: left and right, of equal length.
pub type Sink<'a> = dyn FnMut(&[f32], &[f32]) -> Result<(), Error> + 'a;

/// Plays all of `programme` through a chain with `settings` into `sink`.
///
/// # Errors
/// [`Error::Failed`] when the programme cannot be played, or what `sink` returns.
pub fn render(programme: &mut dyn Programme, settings: &ChainSettings, sink: &mut Sink) -> Result<Reductions, Error> {
    let mut pass = Pass::new(f64::from(programme.sample_rate_hz()), *settings);
    let mut failure = Ok(());
    let played = programme.play(&mut |left, right| {
        for (left, right) in left.chunks(BLOCK).zip(right.chunks(BLOCK)) {
            if failure.is_ok() {
                failure = pass.push(left, right, sink);
            }
        }
    });
    failure?;
    played.map_err(|error| Error::Failed(error.to_string()))?;
    pass.finish(sink)
}

/// One run through the chain.
struct Pass {
    chain: Chain,
    settings: ChainSettings,
    left: Vec<f32>,
    right: Vec<f32>,
    /// Samples still to drop at the start.
    latency_left: usize,
    reductions: Reductions,
    step: usize,
    until_step: usize,
}

impl Pass {
    fn new(sample_rate_hz: f64, settings: ChainSettings) -> Self {
        let chain = Chain::new(sample_rate_hz, settings.eq.phase);
        let latency_left = chain.latency();
        let step = ((sample_rate_hz * REDUCTION_STEP_S) as usize).max(1);
        let reductions = Reductions::default();
        Self { chain, settings, left: Vec::new(), right: Vec::new(), latency_left, reductions, step, until_step: 0 }
    }

    /// Processes a block and hands on what lies behind the latency.
    fn push(&mut self, left: &[f32], right: &[f32], sink: &mut Sink) -> Result<(), Error> {
        self.left.clear();
        self.right.clear();
        self.left.extend_from_slice(left);
        self.right.extend_from_slice(right);
        let mut start = 0;
        while start < self.left.len() {
            if self.until_step == 0 {
                self.until_step = self.step;
                self.reductions.limiter_db.push(0.0);
                self.reductions.compressor_db.iter_mut().for_each(|band| band.push(0.0));
            }
            let end = self.left.len().min(start + self.until_step);
            let meters = self.chain.process(&self.settings, &mut self.left[start..end], &mut self.right[start..end]);
            raise(&mut self.reductions.limiter_db, meters.limiter_reduction_db);
            for (band, db) in self.reductions.compressor_db.iter_mut().zip(meters.compressor_reduction_db) {
                raise(band, db);
            }
            self.until_step -= end - start;
            start = end;
        }
        let dropped = self.latency_left.min(self.left.len());
        self.latency_left -= dropped;
        if dropped == self.left.len() {
            return Ok(());
        }
        sink(&self.left[dropped..], &self.right[dropped..])
    }

    /// Lets the last samples come out of the latency.
    fn finish(mut self, sink: &mut Sink) -> Result<Reductions, Error> {
        let mut rest = self.chain.latency();
        let silence = [0.0; BLOCK];
        while rest > 0 {
            let silence = &silence[..rest.min(BLOCK)];
            self.push(silence, silence, sink)?;
            rest -= silence.len();
        }
        Ok(self.reductions)
    }
}

fn raise(band: &mut [f32], db: f32) {
    if let Some(last) = band.last_mut() {
        *last = last.max(db);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assistant::Excerpt;

    #[test]
    fn neutral_gives_the_source_back_in_time_and_length() {
        for (sample_rate_hz, frames) in [(8_000, 1), (44_100, 30_001), (192_000, 2048)] {
            let left: Vec<f32> = (0..frames).map(|n| ((n * 7919) % 2000) as f32 / 1000.0 - 1.0).collect();
            let right: Vec<f32> = left.iter().rev().copied().collect();
            let mut source = Excerpt { sample_rate_hz, left: left.clone(), right: right.clone() };
            let mut out: [Vec<f32>; 2] = Default::default();
            render(&mut source, &ChainSettings::default(), &mut |left, right| {
                out[0].extend_from_slice(left);
                out[1].extend_from_slice(right);
                Ok(())
            })
            .expect("renders");
            assert_eq!(out, [left, right], "{sample_rate_hz} Hz");
        }
    }

    #[test]
    fn what_the_sink_says_ends_the_work() {
        let mut source = Excerpt { sample_rate_hz: 48_000, left: vec![0.0; 100_000], right: vec![0.0; 100_000] };
        let full = Error::Failed("the disk is full".into());
        let mut calls = 0;
        let ended = render(&mut source, &ChainSettings::default(), &mut |_, _| {
            calls += 1;
            Err(full.clone())
        });
        assert_eq!((ended.err(), calls), (Some(full), 1));
    }
}
