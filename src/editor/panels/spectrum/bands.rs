//! The equaliser's parameters as the graph needs them, and the settings that they show.

use vizia::prelude::SignalGet;

use crate::{
    editor::{Console, Control},
    settings::{Choice, EQ_BANDS, EqBand, EqSettings, FilterType, Placement, Slope, fields::field},
};

/// The parameters of one band.
pub struct BandControls {
    pub on: Control,
    pub filter: Control,
    pub frequency: Control,
    pub gain: Control,
    pub q: Control,
    pub slope: Control,
    pub placement: Control,
    pub dynamic: Control,
    pub threshold: Control,
    pub range: Control,
    pub attack: Control,
    pub release: Control,
}

/// Ids of a band's parameters behind `eq1_`, in the order of [`BandControls`].
const SUFFIXES: [&str; 12] = [
    "on",
    "type",
    "freq",
    "gain",
    "q",
    "slope",
    "placement",
    "dyn_on",
    "dyn_threshold",
    "dyn_range",
    "dyn_attack",
    "dyn_release",
];

/// The id of a band's parameter, for instance `eq1_gain`.
pub fn id(band: usize, suffix: &str) -> String {
    format!("eq{}_{suffix}", band + 1)
}

impl BandControls {
    fn new(console: &Console, band: usize) -> Self {
        let [on, filter, frequency, gain, q, slope, placement, dynamic, threshold, range, attack, release] =
            SUFFIXES.map(|suffix| console.control(&id(band, suffix)));
        Self { on, filter, frequency, gain, q, slope, placement, dynamic, threshold, range, attack, release }
    }

    fn all(&self) -> [&Control; 12] {
        [
            &self.on,
            &self.filter,
            &self.frequency,
            &self.gain,
            &self.q,
            &self.slope,
            &self.placement,
            &self.dynamic,
            &self.threshold,
            &self.range,
            &self.attack,
            &self.release,
        ]
    }

    /// The band that is shown.
    pub fn band(&self) -> EqBand {
        let mut band = EqBand {
            on: self.on.is_on(),
            filter: FilterType::from_index(self.filter.value() as usize),
            frequency_hz: self.frequency.value(),
            gain_db: self.gain.value(),
            q: self.q.value(),
            slope: Slope::from_index(self.slope.value() as usize),
            placement: Placement::from_index(self.placement.value() as usize),
            ..EqBand::default()
        };
        band.dynamics.on = self.dynamic.is_on();
        band.dynamics.threshold_db = self.threshold.value();
        band.dynamics.range_db = self.range.value();
        band.dynamics.attack_ms = self.attack.value();
        band.dynamics.release_ms = self.release.value();
        band
    }
}

/// All bands, and the settings as they are shown now.
pub struct EqControls {
    pub bands: [BandControls; EQ_BANDS],
    on: Control,
    positions: Vec<f32>,
    settings: EqSettings,
}

impl EqControls {
    pub fn new(console: &Console) -> Self {
        let mut controls = Self {
            bands: std::array::from_fn(|band| BandControls::new(console, band)),
            on: console.control("eq_on"),
            positions: Vec::new(),
            settings: EqSettings::default(),
        };
        controls.follow();
        controls
    }

    /// Brings the settings up to date with what is shown; says whether anything has changed.
    pub fn follow(&mut self) -> bool {
        let controls = self.bands.iter().flat_map(BandControls::all).chain([&self.on]);
        let positions: Vec<f32> = controls.map(|control| control.position().get()).collect();
        if positions == self.positions {
            return false;
        }
        for (index, band) in self.bands.iter().enumerate() {
            let own = index * SUFFIXES.len()..(index + 1) * SUFFIXES.len();
            if self.positions.get(own.clone()) != positions.get(own) {
                self.settings.bands[index] = band.band();
            }
        }
        self.settings.on = self.on.is_on();
        self.positions = positions;
        true
    }

    /// What is shown.
    pub fn settings(&self) -> &EqSettings {
        &self.settings
    }

    /// The first band that is off, to be used for something new.
    pub fn free(&self) -> Option<usize> {
        self.settings.bands.iter().position(|band| !band.on)
    }

    /// What makes a band out of a double click at a place.
    pub fn addition(&self, band: usize, frequency_hz: f32, gain_db: f32) -> Vec<(String, f32)> {
        // At the ends of hearing, what one wants there.
        let filter = match frequency_hz {
            hz if hz < 32.0 => FilterType::LowCut,
            hz if hz > 16_000.0 => FilterType::HighShelf,
            _ => FilterType::Bell,
        };
        let gain_db = if filter.has_gain() { gain_db } else { 0.0 };
        let mut changes = self.plain(band);
        for (suffix, value) in [("type", filter.index() as f32), ("freq", frequency_hz), ("gain", gain_db), ("on", 1.0)]
        {
            let wanted = id(band, suffix);
            changes.retain(|(id, _)| *id != wanted);
            changes.push((wanted, value));
        }
        changes
    }

    /// What makes a band neutral, but leaves it on, where it is and of its type.
    pub fn reset(&self, band: usize) -> Vec<(String, f32)> {
        let mut changes = self.plain(band);
        changes.retain(|(changed, _)| !["on", "type", "freq"].iter().any(|suffix| *changed == id(band, suffix)));
        changes
    }

    /// What of a band's values is not as it was at first.
    fn plain(&self, band: usize) -> Vec<(String, f32)> {
        let own = self.bands[band].all();
        let values = SUFFIXES.iter().zip(own).filter_map(|(suffix, control)| {
            let id = id(band, suffix);
            let default = field(&id)?.default;
            (control.value() != default).then_some((id, default))
        });
        values.collect()
    }
}
