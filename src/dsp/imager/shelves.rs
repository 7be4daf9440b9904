//! Width by frequency without a crossover: a cascade of shelves on the side signal.
//!
//! What it does to the sound, and why no crossover, is told in [`super`]. The shelves work side by side in the lanes of vectors, each
//! two samples behind the one ahead of it: the samples are those of one shelf after the other. Latency: none.

use super::{GLIDE_S, LEAST_INNER_ROOT};
use crate::{
    dsp::{
        CONTROL_INTERVAL,
        crossover::{MAX_CROSSOVERS, working_frequencies_hz},
        glide::Glides,
        quad::{LANES, Quad, Real, ScalarQuad},
        svf::{BUTTERWORTH_DAMPING, Cutoff, Svf, SvfCoefficients, SvfOutputs},
    },
    settings::MAX_BANDS,
};

/// Shelves of both chains.
const MOST_SHELVES: usize = 2 * MAX_CROSSOVERS;
/// Samples by which a shelf that works beside the one ahead of it is behind: two, for its input takes longer than a sample's time.
const BEHIND: usize = 2;

/// Width by frequency without a crossover: shapes the side with shelves.
pub struct WidthShelves {
    sample_rate: f64,
    used_crossovers: usize,
    cutoffs: [Cutoff; MAX_CROSSOVERS],
    /// Fourth roots of the widths, in which the shelves are polynomials.
    roots: Glides<MAX_BANDS>,
    shelves: [Shelf<f64>; MAX_CROSSOVERS],
    /// All shelves in a row, twice.
    filters: [Svf<f64>; MOST_SHELVES],
}

/// A shelf, or shelves side by side: gains of a filter's outputs.
#[derive(Debug, Clone, Copy)]
struct Shelf<T> {
    coefficients: SvfCoefficients<T>,
    twice_low: T,
    twice_band: T,
    input: T,
}

impl Shelf<f64> {
    /// A shelf from `low`² to `high`²: (low² + √2·low·high·s + high²·s²) / (1 + √2·s + s²), whose squared magnitude is
    /// (low⁴ + high⁴·ω⁴) / (1 + ω⁴).
    fn new(low: f64, high: f64, g: f64) -> Self {
        Self {
            coefficients: SvfCoefficients::new(g),
            twice_low: 0.5 * (low * low - high * high),
            twice_band: 0.5 * BUTTERWORTH_DAMPING * high * (low - high),
            input: high * high,
        }
    }
}

impl<T: Real> Shelf<T> {
    #[inline(always)]
    fn tick(&self, filter: &mut Svf<T>, x: T) -> T {
        let SvfOutputs { twice_band, twice_low } = filter.tick(&self.coefficients, x);
        self.twice_low * twice_low + (self.twice_band * twice_band + self.input * x)
    }
}

impl<Q: Quad> Shelf<Q> {
    #[inline(always)]
    fn side_by_side(lanes: [&Shelf<f64>; LANES]) -> Self {
        Self {
            coefficients: SvfCoefficients::side_by_side(lanes.map(|lane| &lane.coefficients)),
            twice_low: Q::load(ScalarQuad(lanes.map(|lane| lane.twice_low))),
            twice_band: Q::load(ScalarQuad(lanes.map(|lane| lane.twice_band))),
            input: Q::load(ScalarQuad(lanes.map(|lane| lane.input))),
        }
    }
}

impl WidthShelves {
    /// Shelves at `sample_rate` Hz.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            sample_rate,
            used_crossovers: 0,
            cutoffs: std::array::from_fn(|_| Cutoff::new(GLIDE_S, sample_rate)),
            roots: Glides::new(GLIDE_S, sample_rate),
            shelves: [Shelf::new(1.0, 1.0, 1.0); MAX_CROSSOVERS],
            filters: [Svf::at_rest(); MOST_SHELVES],
        }
    }

    /// Clears the filters; the next [`WidthShelves::control`] takes its settings at once.
    pub fn reset(&mut self) {
        for cutoff in &mut self.cutoffs {
            cutoff.reset();
        }
        self.roots.reset();
        self.filters = [Svf::at_rest(); MOST_SHELVES];
    }

    /// Begins a segment. `band_count` stays what it was until the next reset.
    pub fn control(&mut self, side_gains: [f64; MAX_BANDS], crossovers_hz: &[f32; MAX_CROSSOVERS], band_count: usize) {
        self.used_crossovers = band_count.clamp(1, MAX_BANDS) - 1;
        self.roots.aim(side_gains.map(|gain| gain.sqrt().sqrt()));
        let working_hz = working_frequencies_hz(crossovers_hz, band_count, self.sample_rate);
        for (cutoff, hz) in self.cutoffs[..self.used_crossovers].iter_mut().zip(working_hz) {
            cutoff.control(hz);
        }
        self.filters.iter_mut().for_each(Svf::<f64>::settle);
        self.set_shelves();
    }

    /// The first shelf goes from the first band's width to the second's, each further one by the ratio of its bands.
    fn set_shelves(&mut self) {
        let used = self.used_crossovers;
        let mut roots = *self.roots.current();
        let floor = LEAST_INNER_ROOT * roots[..=used].iter().fold(0.0, |greatest, root| f64::max(greatest, *root));
        for root in &mut roots[1..used.max(1)] {
            *root = root.max(floor);
        }
        for index in 0..used {
            let g = self.cutoffs[index].g();
            self.shelves[index] = if index == 0 {
                Shelf::new(roots[0], roots[1], g)
            } else if floor > 0.0 {
                Shelf::new(1.0, roots[index + 1] / roots[index], g)
            } else {
                Shelf::new(1.0, 1.0, g)
            };
        }
    }

    /// Shapes the side in place.
    #[inline(always)]
    pub fn process<Q: Quad>(&mut self, left: &mut [f64], right: &mut [f64]) {
        let mut sides = [0.0; CONTROL_INTERVAL];
        let sides = &mut sides[..left.len()];
        for ((left, right), side) in left.iter().zip(right.iter()).zip(sides.iter_mut()) {
            *side = 0.5 * (*left - *right);
        }
        if !self.roots.is_still() || !self.cutoffs.iter().all(Cutoff::is_still) {
            for side in sides.iter_mut() {
                self.roots.advance(1);
                for cutoff in &mut self.cutoffs {
                    cutoff.advance();
                }
                self.set_shelves();
                *side = self.shape(*side);
            }
        } else if self.used_crossovers == 0 {
            sides.iter_mut().for_each(|side| *side = self.shape(*side));
        } else if self.used_crossovers <= LANES / 2 {
            self.shape_side_by_side::<Q, 1>(sides);
        } else {
            self.shape_side_by_side::<Q, 2>(sides);
        }
        for ((left, right), side) in left.iter_mut().zip(right).zip(sides) {
            let mid = 0.5 * (*left + *right);
            *left = mid + *side;
            *right = mid - *side;
        }
    }

    /// One sample through one shelf after the other.
    #[inline(always)]
    pub(super) fn shape(&mut self, side: f64) -> f64 {
        let used = self.used_crossovers;
        if used == 0 {
            return self.roots.current()[0].powi(4) * side;
        }
        let chains = self.shelves[..used].iter().cycle().zip(&mut self.filters[..2 * used]);
        chains.fold(side, |side, (shelf, filter)| shelf.tick(filter, side))
    }

    /// The same on all samples while the settings stay.
    #[inline(always)]
    fn shape_side_by_side<Q: Quad, const QUADS: usize>(&mut self, sides: &mut [f64]) {
        let used = self.used_crossovers;
        let mut cascade = Cascade::<Q, QUADS>::new(&self.shelves[..used], &self.filters, sides.len());
        cascade.process(2 * used, sides);
        cascade.keep(&mut self.filters);
    }
}

/// `QUADS` times four shelves of a cascade at once, each [`BEHIND`] samples behind the one ahead of it.
struct Cascade<Q, const QUADS: usize> {
    shelves: [Shelf<Q>; QUADS],
    filters: [Svf<Q>; QUADS],
    /// What came out of them one tick and two ticks ago.
    newer: [Q; QUADS],
    older: [Q; QUADS],
    /// The tick of each one's first sample.
    starts: [Q; QUADS],
    length: Q,
}

impl<Q: Quad, const QUADS: usize> Cascade<Q, QUADS> {
    /// `shelves` one after the other, and again, for so many samples. Lanes beyond those of `filters` do nothing of use.
    #[inline(always)]
    fn new(shelves: &[Shelf<f64>], filters: &[Svf<f64>; MOST_SHELVES], length: usize) -> Self {
        let nothing = [Q::splat(0.0); QUADS];
        let index = |quad, lane| LANES * quad + lane;
        let start = |quad, lane| (BEHIND * index(quad, lane)) as f64;
        let gather =
            |quad| Shelf::side_by_side(std::array::from_fn(|lane| &shelves[index(quad, lane) % shelves.len()]));
        let load = |quad| Svf::side_by_side(std::array::from_fn(|lane| filters.get(index(quad, lane)).copied()));
        Self {
            shelves: std::array::from_fn(gather),
            filters: std::array::from_fn(load),
            newer: nothing,
            older: nothing,
            starts: std::array::from_fn(|quad| Q::load(ScalarQuad(std::array::from_fn(|lane| start(quad, lane))))),
            length: Q::splat(length as f64),
        }
    }

    /// Replaces samples by what comes out of the first `count` shelves.
    #[inline(always)]
    fn process(&mut self, count: usize, samples: &mut [f64]) {
        let length = samples.len();
        let (quad, lane) = ((count - 1) / LANES, (count - 1) % LANES);
        let delay = BEHIND * (count - 1);
        // While the first samples are on their way some shelves have none yet, and at the end some have had all.
        for tick in 0..delay {
            let x = samples.get(tick).copied().unwrap_or(0.0);
            self.tick::<true>(tick, x);
        }
        for tick in delay..length {
            self.tick::<false>(tick, samples[tick]);
            samples[tick - delay] = self.newer[quad].store().0[lane];
        }
        for tick in delay.max(length)..delay + length {
            self.tick::<true>(tick, 0.0);
            samples[tick - delay] = self.newer[quad].store().0[lane];
        }
    }

    /// One sample of each shelf; with `PART` only of those that have one.
    #[inline(always)]
    fn tick<const PART: bool>(&mut self, tick: usize, x: f64) {
        let arrived = self.older;
        self.older = self.newer;
        let mut first = Q::splat(x);
        for (quad, arrived) in arrived.into_iter().enumerate() {
            let turned = arrived.rotate();
            let before = self.filters[quad];
            self.newer[quad] = self.shelves[quad].tick(&mut self.filters[quad], turned.with_first(first));
            first = turned;
            if PART {
                let since_start = Q::splat(tick as f64 + 0.5) - self.starts[quad];
                let works = since_start * (self.length - since_start);
                self.filters[quad] = self.filters[quad].where_positive(works, before);
            }
        }
    }

    /// Keeps the filters.
    #[inline(always)]
    fn keep(self, filters: &mut [Svf<f64>; MOST_SHELVES]) {
        let lanes = self.filters.iter().flat_map(|filters| filters.store().lanes());
        for (filter, lane) in filters.iter_mut().zip(lanes) {
            *filter = lane;
        }
    }
}
