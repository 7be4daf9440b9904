//! From peaks to gain reduction: hold, stereo link, release and smoothing, for both channels.
//!
//! A peak's reduction is held until the peak has left the look-ahead and, so that bass is not distorted by a gain that moves
//! within its period, up to [`LONGEST_HOLD_S`] longer. It is then released, exponentially in decibels, and the result smoothed
//! by three moving averages in a row whose total length is the look-ahead: the gain reaches what a peak needs just before the
//! peak arrives, on a bell-shaped path whose sidebands fall by 18 dB an octave (look-ahead limiting by held minimum and
//! smoothing: Hämäläinen, Smoothing of the control signal without clipped output in digital peak limiters, DAFx 2002).
//!
//! Sums are kept in integers: they never drift, and without reduction the gain is exactly 1.

use crate::{dsp::CONTROL_INTERVAL, settings::LimiterSettings};

/// Hold beyond the look-ahead: with it a half period of 33 Hz and above sees a constant gain.
const LONGEST_HOLD_S: f64 = 0.012;
/// The hold is at most this part of the release time, so that a short release stays short.
const HOLD_PER_RELEASE: f64 = 0.25;
/// Auto release: peaks come back in half the release time, sustained reduction in six times of it.
const AUTO_PEAK_RATIO: f64 = 0.5;
const AUTO_SUSTAINED_RATIO: f64 = 6.0;
/// The maximum is kept by chunks of about this length: the hold ends on a whole one.
const CHUNK_S: f64 = 1.0 / 3000.0;
const SHORTEST_CHUNK: usize = 8;
/// Samples around a peak for which the gain is already there: what an interpolation filter weighs most.
const GUARD: usize = 2;
/// Reductions below this end: -160 dB of the signal.
const LEAST_DB: f64 = 1e-7;
/// No reduction is greater: the loudest input through the greatest gains stays below it.
const MOST_DB: f64 = 400.0;

/// Gain reduction of two channels.
#[derive(Debug, Clone)]
pub struct Envelope {
    sample_rate: f64,
    link: f64,
    auto_release: bool,
    peak_decay: f64,
    sustained_decay: f64,
    hold: Hold,
    /// Mean of the held reduction over the sustained release time, dB.
    sustained_db: [f64; 2],
    reduction_db: [f64; 2],
    boxes: [MovingSum; 3],
    /// Steps of the smoothed sum in one dB.
    steps_per_db: f64,
    input_steps_per_db: f64,
    greatest_sum: i64,
}

impl Envelope {
    /// An envelope that has its gain ready `look_ahead` samples after a peak came in.
    pub fn new(sample_rate: f64, look_ahead: usize) -> Self {
        // Three lengths whose moving averages together span no more than the way from the peak's arrival to its guard.
        let total = (look_ahead + 3).saturating_sub(GUARD).max(3);
        let lengths = [total / 3, (total + 1) / 3, total.div_ceil(3)];
        let product: f64 = lengths.iter().map(|length| *length as f64).product();
        let input_steps_per_db = (2f64.powi(62) / (MOST_DB * product)).log2().floor().exp2();
        let chunk = ((CHUNK_S * sample_rate) as usize).max(SHORTEST_CHUNK);
        let longest_hold = (LONGEST_HOLD_S * sample_rate) as usize;
        Self {
            sample_rate,
            link: 1.0,
            auto_release: true,
            peak_decay: 0.0,
            sustained_decay: 0.0,
            hold: Hold::new(chunk, look_ahead + 2 + GUARD, longest_hold),
            sustained_db: [0.0; 2],
            reduction_db: [0.0; 2],
            boxes: lengths.map(MovingSum::new),
            steps_per_db: input_steps_per_db * product,
            input_steps_per_db,
            greatest_sum: 0,
        }
    }

    /// Forgets all peaks.
    pub fn reset(&mut self) {
        self.hold.reset();
        self.sustained_db = [0.0; 2];
        self.reduction_db = [0.0; 2];
        self.boxes.iter_mut().for_each(MovingSum::reset);
        self.greatest_sum = 0;
    }

    /// Takes link and release over. Neither needs a glide: what they change is smoothed with all else.
    pub fn control(&mut self, settings: &LimiterSettings) {
        let release_s = 0.001 * f64::from(settings.release_ms);
        self.link = 0.01 * f64::from(settings.stereo_link_percent);
        self.auto_release = settings.auto_release;
        let decay = |time_s: f64| (-1.0 / (time_s * self.sample_rate)).exp();
        self.peak_decay = decay(if self.auto_release { AUTO_PEAK_RATIO * release_s } else { release_s });
        self.sustained_decay = decay(AUTO_SUSTAINED_RATIO * release_s);
        let hold_s = LONGEST_HOLD_S.min(HOLD_PER_RELEASE * release_s);
        self.hold.set_extra((hold_s * self.sample_rate) as usize);
    }

    /// Takes peaks as ratios to the ceiling and gives gains, or `false` when all gains are 1 (they are then not written).
    pub fn process(&mut self, ratios: [&[f32]; 2], gains: &mut [[f64; 2]]) -> bool {
        let loudest = ratios.iter().flat_map(|ratios| ratios.iter()).fold(0f32, |top, ratio| top.max(*ratio));
        if loudest <= 1.0 && self.is_idle() {
            self.hold.skip(gains.len());
            return false;
        }
        let mut sums = [[0i64; 2]; CONTROL_INTERVAL];
        let sums = &mut sums[..gains.len()];
        for ((sum, left), right) in sums.iter_mut().zip(ratios[0]).zip(ratios[1]) {
            let own_db = self.hold.next_sample([f64::from(*left), f64::from(*right)]);
            let both_db = if own_db[0] > own_db[1] { own_db[0] } else { own_db[1] };
            for channel in 0..2 {
                let held_db = own_db[channel] + self.link * (both_db - own_db[channel]);
                sum[channel] = (self.release(channel, held_db) * self.input_steps_per_db) as i64;
            }
        }
        for moving_sum in &mut self.boxes {
            moving_sum.process(sums);
        }
        let to_octaves = -std::f64::consts::LOG2_10 / (20.0 * self.steps_per_db);
        for (gain, sum) in gains.as_flattened_mut().iter_mut().zip(sums.as_flattened()) {
            self.greatest_sum = self.greatest_sum.max(*sum);
            *gain = *sum as f64 * to_octaves;
        }
        for gain in gains.as_flattened_mut() {
            *gain = exp2(*gain);
        }
        true
    }

    #[inline(always)]
    fn release(&mut self, channel: usize, held_db: f64) -> f64 {
        let reduction = &mut self.reduction_db[channel];
        let mut floor = held_db;
        if self.auto_release {
            let sustained = &mut self.sustained_db[channel];
            *sustained = held_db + (*sustained - held_db) * self.sustained_decay;
            if *sustained < LEAST_DB {
                *sustained = 0.0;
            }
            floor = floor.max(*sustained);
        }
        *reduction = if held_db >= *reduction { held_db } else { floor + (*reduction - floor) * self.peak_decay };
        if *reduction < LEAST_DB {
            *reduction = 0.0;
        }
        *reduction
    }

    fn is_idle(&self) -> bool {
        self.reduction_db == [0.0; 2]
            && self.sustained_db == [0.0; 2]
            && self.hold.is_idle()
            && self.boxes.iter().all(|sum| sum.sum == [0; 2])
    }

    /// The greatest reduction since the last call, dB.
    pub fn take_reduction_db(&mut self) -> f32 {
        (std::mem::take(&mut self.greatest_sum) as f64 / self.steps_per_db) as f32
    }
}

/// 2 to the power of `x` (0 or less), within 1e-11 of the value and exactly 1 at 0: the same on every machine.
#[inline(always)]
fn exp2(x: f64) -> f64 {
    // Added to a small number it leaves the nearest whole number in the lowest bits of the sum.
    const ROUNDER: f64 = (3u64 << 51) as f64;
    let x = if x > -1000.0 { x } else { -1000.0 };
    let shifted = x + ROUNDER;
    let z = (x - (shifted - ROUNDER)) * std::f64::consts::LN_2;
    // Taylor's series of e^z for |z| <= 0.35.
    const INVERSE_FACTORIALS: [f64; 9] =
        [1.0 / 362_880.0, 1.0 / 40_320.0, 1.0 / 5_040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0];
    let series = 1.0 + z * INVERSE_FACTORIALS.iter().skip(1).fold(INVERSE_FACTORIALS[0], |sum, term| sum * z + term);
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1023 << 52));
    series * power
}

/// The greatest ratio of the last so many samples, as reduction in dB. The maximum is kept by chunks, so that each sample costs
/// one comparison and each chunk's end a fixed number of them.
#[derive(Debug, Clone)]
struct Hold {
    chunk: usize,
    in_chunk: usize,
    /// Greatest ratio of the chunk so far, at least 1.
    running: [f64; 2],
    /// Greatest ratios of whole chunks.
    chunks: Vec<[f64; 2]>,
    newest: usize,
    /// Chunks that the look-ahead asks for, and those in use.
    least: usize,
    used: usize,
    /// Greatest ratio of the chunks in use.
    window: [f64; 2],
    held: [f64; 2],
    held_db: [f64; 2],
}

impl Hold {
    fn new(chunk: usize, least: usize, longest_extra: usize) -> Self {
        let least_chunks = least.div_ceil(chunk);
        let most = least_chunks + longest_extra.div_ceil(chunk);
        Self {
            chunk,
            in_chunk: 0,
            running: [1.0; 2],
            chunks: vec![[1.0; 2]; most],
            newest: 0,
            least: least_chunks,
            used: least_chunks,
            window: [1.0; 2],
            held: [1.0; 2],
            held_db: [0.0; 2],
        }
    }

    fn reset(&mut self) {
        self.in_chunk = 0;
        self.running = [1.0; 2];
        self.chunks.fill([1.0; 2]);
        self.newest = 0;
        self.window = [1.0; 2];
        self.held = [1.0; 2];
        self.held_db = [0.0; 2];
    }

    fn set_extra(&mut self, samples: usize) {
        self.used = (self.least + samples.div_ceil(self.chunk)).min(self.chunks.len());
    }

    #[inline(always)]
    fn next_sample(&mut self, ratios: [f64; 2]) -> [f64; 2] {
        for (channel, ratio) in ratios.into_iter().enumerate() {
            if ratio > self.running[channel] {
                self.running[channel] = ratio;
            }
            let held = self.running[channel].max(self.window[channel]);
            if held != self.held[channel] {
                self.held[channel] = held;
                self.held_db[channel] = (20.0 * held.log10()).min(MOST_DB);
            }
        }
        self.in_chunk += 1;
        if self.in_chunk == self.chunk {
            self.end_chunk();
        }
        self.held_db
    }

    fn end_chunk(&mut self) {
        self.in_chunk = 0;
        self.newest = (self.newest + 1) % self.chunks.len();
        self.chunks[self.newest] = std::mem::replace(&mut self.running, [1.0; 2]);
        // The last `used` chunks of the ring: up to the newest, and what is left from the ring's end.
        let first = (self.newest + 1).saturating_sub(self.used);
        let wrapped = self.used - (self.newest + 1 - first);
        let from_end = &self.chunks[self.chunks.len() - wrapped..];
        self.window = self.chunks[first..=self.newest]
            .iter()
            .chain(from_end)
            .fold([1.0; 2], |top, chunk| [top[0].max(chunk[0]), top[1].max(chunk[1])]);
    }

    fn is_idle(&self) -> bool {
        self.running == [1.0; 2] && self.chunks.iter().all(|chunk| *chunk == [1.0; 2])
    }

    /// Passes `samples` samples without peaks when idle.
    fn skip(&mut self, samples: usize) {
        self.in_chunk = (self.in_chunk + samples) % self.chunk;
    }
}

/// The sum of the last so many values.
#[derive(Debug, Clone)]
struct MovingSum {
    values: Vec<[i64; 2]>,
    oldest: usize,
    sum: [i64; 2],
}

impl MovingSum {
    fn new(length: usize) -> Self {
        Self { values: vec![[0; 2]; length], oldest: 0, sum: [0; 2] }
    }

    fn reset(&mut self) {
        self.values.fill([0; 2]);
        self.sum = [0; 2];
    }

    /// Puts the sums in the values' place.
    fn process(&mut self, mut values: &mut [[i64; 2]]) {
        while !values.is_empty() {
            let run = values.len().min(self.values.len() - self.oldest);
            let (now, later) = values.split_at_mut(run);
            for (value, oldest) in now.iter_mut().zip(&mut self.values[self.oldest..]) {
                for channel in 0..2 {
                    self.sum[channel] += value[channel] - oldest[channel];
                }
                *oldest = *value;
                *value = self.sum;
            }
            self.oldest = (self.oldest + run) % self.values.len();
            values = later;
        }
    }
}
