//! The equaliser's linear-phase mode: the magnitudes of the minimum-phase bands, all frequencies delayed alike.
//!
//! What the static bands' magnitudes, as their filters have them, add to the sound makes a symmetrical kernel ([`design`]) of
//! 0.51 s or a little more, by which mid and side are convolved ([`convolver`]; T. G. Stockham, "High-speed convolution and
//! correlation", 1966, partitioned) and added to what came in, as late. What rings ahead of a sound, as after it, is at most half
//! a kernel.
//!
//! From 20 Hz up the magnitude is within 0.1 dB of the minimum-phase one for tilts, shelves up to Q 1, cuts up to Q 0.75 at any
//! slope, and bells at least 15 Hz wide (frequency over Q), or 7.5 Hz up to 6 dB. A narrower bell comes a little short at
//! its centre: 5.4 of 6 dB at 50 Hz with Q 18. A notch has a corner at its centre, which no finite kernel has: one that is
//! 100 Hz wide is 40 dB deep there, one of 10 Hz 20 dB.
//!
//! A band with dynamics is no fixed kernel: such bands, and they alone, work with minimum phase after the convolution
//! ([`minimum_phase_bands`]).
//!
//! Latency: half a kernel, one block of 2048 samples at 48 kHz, and 192 samples over which the transforms are shared out:
//! 14528 samples at 48 kHz, about 0.3 s elsewhere ([`LinearPhase::latency`]), whatever the settings. Without static bands the
//! stage is a bit-exact delay and costs no more than that. A change of settings makes a new kernel within 35 to 120 ms by how many
//! bands there are (twice that where mid and side differ), in steps of like cost on the stage's own clock of 32 samples; then
//! one fades into the other over one or two blocks, 21 ms or more. Values that move on are followed kernel by kernel. After
//! [`LinearPhase::reset`] the first settings hold at once.
//!
//! Noise: the convolution works in `f32`, so that what the bands add to the sound has noise and the sound itself has none: 140 dB under
//! a tone that a band raises by 18 dB, 153 dB under one that it moves by 1.5 dB. The transforms' instructions are chosen at run
//! time: on another kind of processor samples may differ by as little.
//!
//! Cost: about 25 ns a sample of stereo at 48 kHz, whatever the bands but for partitions in which their kernel has died away, four
//! times that while values move on. A block of 64 samples takes at most 3 % of its time there.

mod convolver;
mod design;
mod history;
mod layout;
mod pair;
mod spectra;
#[cfg(test)]
mod tests;

use self::{
    convolver::{Convolver, Transforms},
    design::KernelDesigner,
    history::{History, Image},
    layout::{Layout, TICK, TRANSFORM_TICKS},
    pair::{Bands, Pair, static_bands},
};
use crate::{
    dsp::{RUN, wider::wider},
    settings::{EQ_BANDS, EqSettings},
};

pub use self::pair::minimum_phase_bands;

const IMAGES: [Image; 2] = [Image::Mid, Image::Side];

/// How far the next pair of kernels has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Update {
    /// There is none.
    None,
    /// Mid's (0) or side's (1) kernel is being designed.
    Design(usize),
    /// The block of this number is the next to be transformed of those that went by before mid or side was convolved.
    Refill { index: usize, block: i64 },
    /// It waits for the end of the block.
    Ready,
    /// It fades in over this block of the crossfade.
    Fade(usize),
}

/// Convolves with the static bands of an equaliser.
pub struct LinearPhase {
    layout: Layout,
    history: History,
    transforms: Transforms,
    designer: KernelDesigner,
    convolvers: [Convolver; 2],
    /// Whether the convolvers are given the signal, and the number of the first block that they were given.
    fed: [Option<i64>; 2],
    /// Whether their convolvers add anything to what is played.
    convolved: [bool; 2],
    pairs: [Pair; 2],
    /// The pair at work.
    current: usize,
    update: Update,
    wanted: Bands,
    /// Whether what is wanted may be other than what is at work.
    outdated: bool,
    started: bool,
    /// Blocks that have ended.
    blocks: i64,
    /// Ticks since the last one ended.
    tick: usize,
    until_tick: usize,
}

impl LinearPhase {
    /// A stage at `sample_rate` Hz (8000 to 768000).
    pub fn new(sample_rate: f64) -> Self {
        let layout = Layout::new(sample_rate);
        let transforms = Transforms::new(layout);
        let mut stage = Self {
            layout,
            // What a refill reaches back for, the block that is being collected, and a run ahead of it.
            history: History::new((layout.partitions + 3) * layout.block + RUN),
            designer: KernelDesigner::new(layout, sample_rate, transforms.forward.clone()),
            transforms,
            convolvers: IMAGES.map(|image| Convolver::new(image, layout)),
            fed: [None; 2],
            convolved: [false; 2],
            pairs: [Pair::new(layout), Pair::new(layout)],
            current: 0,
            update: Update::None,
            wanted: [None; EQ_BANDS],
            outdated: false,
            started: false,
            blocks: 0,
            tick: 0,
            until_tick: TICK,
        };
        stage.reset();
        stage
    }

    /// Delay in samples: one constant for a sample rate.
    pub fn latency(&self) -> usize {
        self.layout.latency()
    }

    /// Samples that the kernel rings on for after its centre.
    pub fn ringing(&self) -> usize {
        self.layout.taps() - self.layout.centre()
    }

    /// Silences the stage; the next [`LinearPhase::control`] takes its settings at once.
    pub fn reset(&mut self) {
        self.history.clear();
        self.convolvers.iter_mut().for_each(Convolver::clear);
        self.started = false;
        self.blocks = 0;
        self.tick = 0;
        self.until_tick = TICK;
    }

    /// Begins a segment.
    pub fn control(&mut self, settings: &EqSettings) {
        self.wanted = static_bands(settings);
        self.outdated = true;
        if !self.started {
            self.started = true;
            self.current = 0;
            self.begin_update(0);
            while let Update::Design(index) = self.update {
                self.design(0, index);
            }
            self.fed = [0, 1].map(|index| self.pairs[0].kernel(index).map(|_| 0));
            self.convolved = self.fed.map(|fed| fed.is_some());
            self.update = Update::None;
        }
    }

    /// Convolves in place; for at most [`CONTROL_INTERVAL`](crate::dsp::CONTROL_INTERVAL) samples since the last [`LinearPhase::control`],
    /// or [`RUN`] while settings stay.
    pub fn process(&mut self, left: &mut [f64], right: &mut [f64]) {
        for (left, right) in left.chunks_mut(RUN).zip(right.chunks_mut(RUN)) {
            self.history.add(left, right);
            self.history.read(self.latency(), left, right);
            self.add_convolved(left, right);
        }
    }

    /// Adds what is convolved to the sound of a run, and does what falls due meanwhile.
    fn add_convolved(&mut self, left: &mut [f64], right: &mut [f64]) {
        let mut start = 0;
        while start < left.len() {
            let end = left.len().min(start + self.until_tick);
            if self.convolved != [false; 2] {
                let ticks = self.layout.ticks();
                let position = (self.tick + ticks - TRANSFORM_TICKS) % ticks * TICK + TICK - self.until_tick;
                let [mid, side] = self.convolvers.each_ref().map(|convolver| convolver.output(position));
                add_mid_side(&mut left[start..end], &mut right[start..end], mid, side);
            }
            self.until_tick -= end - start;
            start = end;
            if self.until_tick == 0 {
                self.until_tick = TICK;
                self.begin_tick();
            }
        }
    }

    /// The stage's own clock.
    fn begin_tick(&mut self) {
        self.tick = (self.tick + 1) % self.layout.ticks();
        if self.tick == 0 {
            self.blocks += 1;
        }
        match self.tick {
            0 | 1 => self.take(self.tick),
            2 | 3 => self.finish(self.tick - 2),
            4 | 5 => self.fade(self.tick - 4),
            TRANSFORM_TICKS => {
                self.turn();
                self.sum();
            }
            _ => self.sum(),
        }
        self.prepare();
    }

    fn take(&mut self, index: usize) {
        if self.fed[index].is_some_and(|first| first < self.blocks) {
            self.convolvers[index].take(self.blocks - 1, &self.history, &mut self.transforms);
        }
    }

    fn finish(&mut self, index: usize) {
        let kernel = self.pairs[self.current].kernel(index);
        if kernel.is_some() || matches!(self.update, Update::Fade(_)) {
            self.convolvers[index].finish(0, kernel, self.blocks - 1, [1.0; 2], &mut self.transforms);
        }
    }

    fn fade(&mut self, index: usize) {
        if let Update::Fade(block) = self.update {
            let kernel = self.pairs[1 - self.current].kernel(index);
            let shares = [block, block + 1].map(|block| block as f64 / self.layout.fade_blocks as f64);
            self.convolvers[index].finish(1, kernel, self.blocks - 1, shares, &mut self.transforms);
        }
    }

    /// Plays what the last ticks have made, and decides what the next block will be.
    fn turn(&mut self) {
        let fades = matches!(self.update, Update::Fade(_));
        for index in 0..2 {
            self.convolved[index] = fades || self.pairs[self.current].kernel(index).is_some();
            self.convolvers[index].turn(self.convolved[index]);
        }
        match self.update {
            Update::Ready => self.update = Update::Fade(0),
            Update::Fade(block) if block + 1 < self.layout.fade_blocks => self.update = Update::Fade(block + 1),
            Update::Fade(_) => {
                self.current = 1 - self.current;
                self.update = Update::None;
                self.outdated = true;
                for (index, fed) in self.fed.iter_mut().enumerate() {
                    if self.pairs[self.current].kernel(index).is_none() {
                        *fed = None;
                    }
                }
            }
            _ => {}
        }
    }

    /// Does this tick's share of the sums for the block that is being collected.
    fn sum(&mut self) {
        let (part, parts) = (self.tick - TRANSFORM_TICKS, self.layout.sum_ticks());
        if part >= parts {
            return;
        }
        let fades = matches!(self.update, Update::Fade(_));
        for (voice, pair) in [self.current, 1 - self.current].into_iter().enumerate().take(1 + usize::from(fades)) {
            for (index, convolver) in self.convolvers.iter_mut().enumerate() {
                if let Some(kernel) = self.pairs[pair].kernel(index) {
                    convolver.sum(voice, kernel, self.blocks - 1, part, parts);
                }
            }
        }
    }

    /// Does this tick's share of the next pair of kernels.
    fn prepare(&mut self) {
        let next = 1 - self.current;
        match self.update {
            // Not amid the transforms: a convolver that is now fed gets the whole of the block that is being collected.
            Update::None if self.tick >= TRANSFORM_TICKS && self.outdated => {
                self.outdated = false;
                if self.wanted == self.pairs[self.current].bands {
                    return;
                }
                self.begin_update(next);
                for (index, fed) in self.fed.iter_mut().enumerate() {
                    if fed.is_none() && self.pairs[next].kernel(index).is_some() {
                        *fed = Some(self.blocks);
                    }
                }
            }
            Update::Design(index) => self.design(next, index),
            Update::Refill { index, block } => self.refill(index, block),
            _ => {}
        }
    }

    /// Begins to make `pair` what is wanted.
    fn begin_update(&mut self, pair: usize) {
        self.pairs[pair].begin(self.wanted);
        self.update = self.begin_design(pair, 0);
    }

    /// Begins the first kernel to be designed from `index` on.
    fn begin_design(&mut self, pair: usize, index: usize) -> Update {
        for index in index..2 {
            if let Some(bands) = self.pairs[pair].own_bands(index) {
                self.designer.begin(&bands);
                return Update::Design(index);
            }
        }
        self.begin_refill(0)
    }

    fn design(&mut self, pair: usize, index: usize) {
        if self.designer.step(&mut self.pairs[pair].kernels[index]) {
            self.update = self.begin_design(pair, index + 1);
        }
    }

    fn begin_refill(&self, index: usize) -> Update {
        match (index..2).find_map(|index| Some((index, self.fed[index]?))) {
            Some((index, first)) => Update::Refill { index, block: first - 1 },
            None => Update::Ready,
        }
    }

    /// Transforms a block that went by before the convolver was fed, from the last one back as far as a kernel reaches.
    fn refill(&mut self, index: usize, block: i64) {
        if block >= self.blocks - self.layout.partitions as i64 {
            self.convolvers[index].take(block, &self.history, &mut self.transforms);
            self.update = Update::Refill { index, block: block - 1 };
        } else {
            self.update = self.begin_refill(index + 1);
        }
    }
}

wider! {
    fn add_mid_side(left: &mut [f64], right: &mut [f64], mid: &[f32], side: &[f32]) {
        for (((left, right), mid), side) in left.iter_mut().zip(right).zip(mid).zip(side) {
            let (mid, side) = (f64::from(*mid), f64::from(*side));
            *left += mid + side;
            *right += mid - side;
        }
    }
}
