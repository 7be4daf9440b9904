//! The kernels of mid and side that belong together, and which bands they are made of.

use super::{layout::Layout, spectra::Kernel};
use crate::settings::{EQ_BANDS, EqBand, EqSettings, Placement};

/// Bands that are in a kernel, in order.
pub type Bands = [Option<EqBand>; EQ_BANDS];

/// Whether the band works with minimum phase in linear-phase mode too, because its gain moves.
fn is_dynamic(band: &EqBand) -> bool {
    band.dynamics.on && band.filter.has_gain()
}

/// The settings of the [`Equaliser`](crate::dsp::eq::Equaliser) behind this stage: only bands with dynamics are on.
pub fn minimum_phase_bands(settings: &EqSettings) -> EqSettings {
    let mut rest = *settings;
    for band in &mut rest.bands {
        band.on &= is_dynamic(band);
    }
    rest
}

/// The bands that a kernel is made of: those that do something, always the same thing.
pub fn static_bands(settings: &EqSettings) -> Bands {
    settings.bands.map(|band| {
        let works = band.on && !is_dynamic(&band) && !(band.filter.has_gain() && band.gain_db == 0.0);
        // What the dynamics are set to while they are off makes no other kernel.
        (settings.on && works).then_some(EqBand { dynamics: EqBand::default().dynamics, ..band })
    })
}

/// What mid or side goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Nothing but the delay.
    Delay,
    /// The kernel at this place of [`Pair::kernels`].
    Kernel(usize),
}

/// The kernels of mid and side that belong together.
pub struct Pair {
    /// What they were made of.
    pub bands: Bands,
    ways: [Way; 2],
    /// Those of their own, where [`Pair::own_bands`] gives bands.
    pub kernels: [Kernel; 2],
}

impl Pair {
    /// A pair that does nothing but delay.
    pub fn new(layout: Layout) -> Self {
        let kernel = || Kernel::new(layout.partitions, layout.bins());
        Self { bands: [None; EQ_BANDS], ways: [Way::Delay; 2], kernels: [kernel(), kernel()] }
    }

    /// Becomes the pair for these bands; what [`Pair::own_bands`] gives has still to be designed.
    pub fn begin(&mut self, bands: Bands) {
        self.bands = bands;
        for (index, placement) in [Placement::Mid, Placement::Side].into_iter().enumerate() {
            let mut heard = bands.iter().flatten().filter(|band| band.placement != opposite(placement));
            self.ways[index] = if heard.next().is_some() { Way::Kernel(index) } else { Way::Delay };
        }
        if bands.iter().flatten().all(|band| band.placement == Placement::Stereo) && self.ways[1] != Way::Delay {
            self.ways[1] = Way::Kernel(0);
        }
    }

    /// The bands of mid's or side's kernel, if it has one of its own.
    pub fn own_bands(&self, index: usize) -> Option<Bands> {
        let other = opposite([Placement::Mid, Placement::Side][index]);
        (self.ways[index] == Way::Kernel(index))
            .then(|| self.bands.map(|band| band.filter(|band| band.placement != other)))
    }

    /// What mid (0) or side (1) is convolved with.
    pub fn kernel(&self, index: usize) -> Option<&Kernel> {
        match self.ways[index] {
            Way::Delay => None,
            Way::Kernel(kernel) => Some(&self.kernels[kernel]),
        }
    }
}

fn opposite(placement: Placement) -> Placement {
    match placement {
        Placement::Stereo => Placement::Stereo,
        Placement::Mid => Placement::Side,
        Placement::Side => Placement::Mid,
    }
}
