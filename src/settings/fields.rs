//! The published list of every value in [`ChainSettings`]: id, name, group, range, step, unit, and how to read and write it.
//!
//! Host parameters, the settings file's limits, the worker's gestures and the documentation are all made from this one list.
//! **Ids are forever**: sessions and automation refer to them. New fields are added, none is renamed or removed.

use std::sync::OnceLock;

use super::{
    ChainSettings, Choice, CompressorBand, Detector, Dither, EQ_BANDS, EqBand, FilterType, MAX_BANDS, Phase, Placement,
    Slope,
};

/// What values a field takes. All values travel as `f32`: switches as 0 or 1, choices and counts as whole numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Number {
        min: f32,
        max: f32,
        /// Values are multiples of one over this, so that host, file and command agree to the last bit.
        steps_per_unit: f32,
        /// Position of a control is `((value - min) / (max - min)).powf(skew)`; below 1 gives the low end more room.
        skew: f32,
        /// What follows the figure, with its leading space: `" dB"`, `" Hz"`, `" ms"`, `" %"`, or nothing.
        unit: &'static str,
    },
    Count {
        min: i32,
        max: i32,
    },
    Switch,
    Choice {
        labels: &'static [&'static str],
    },
}

#[cfg(test)]
mod tests;

type Read = Box<dyn Fn(&ChainSettings) -> f32 + Send + Sync>;
type Write = Box<dyn Fn(&mut ChainSettings, f32) + Send + Sync>;

/// One value of [`ChainSettings`].
pub struct Field {
    /// Published for ever, for instance `eq1_gain`.
    pub id: String,
    /// What a host shows, for instance `EQ 1 Gain`.
    pub name: String,
    /// Slash-separated, for instance `EQ/Band 1`.
    pub group: String,
    pub kind: Kind,
    /// The neutral setting.
    pub default: f32,
    /// JSON pointer within a settings file, for instance `/eq/bands/0/gain_db`; empty when files do not hold the field.
    pub pointer: String,
    /// Whether hosts may automate it: not when the chain's latency hangs on it.
    pub automatable: bool,
    read: Read,
    write: Write,
}

impl Field {
    /// The field's value in `settings`.
    pub fn get(&self, settings: &ChainSettings) -> f32 {
        (self.read)(settings)
    }

    /// Writes `value`, brought into range and onto the field's step.
    pub fn set(&self, settings: &mut ChainSettings, value: f32) {
        (self.write)(settings, self.snap(value));
    }

    /// The nearest value that the field can have; NaN gives the default.
    pub fn snap(&self, value: f32) -> f32 {
        if value.is_nan() {
            return self.default;
        }
        match self.kind {
            Kind::Number { min, max, steps_per_unit, .. } => {
                ((value.clamp(min, max) * steps_per_unit).round() / steps_per_unit).clamp(min, max)
            }
            Kind::Count { min, max } => value.round().clamp(min as f32, max as f32),
            Kind::Switch => f32::from(value >= 0.5),
            Kind::Choice { labels } => value.round().clamp(0.0, (labels.len() - 1) as f32),
        }
    }
}

/// All fields in published order.
pub fn fields() -> &'static [Field] {
    static FIELDS: OnceLock<Vec<Field>> = OnceLock::new();
    FIELDS.get_or_init(list)
}

/// The field with this id.
pub fn field(id: &str) -> Option<&'static Field> {
    fields().iter().find(|field| field.id == id)
}

/// Brings every value into range and onto its step, and says what was changed: one sentence a value.
pub fn clamp(settings: &mut ChainSettings) -> Vec<String> {
    let mut notes = Vec::new();
    for field in fields() {
        let value = field.get(settings);
        let snapped = field.snap(value);
        if let Kind::Number { min, max, unit, .. } = field.kind
            && !(value >= min && value <= max)
        {
            notes.push(format!("{}: {value} is outside {min} to {max}{unit}; {snapped} is used", field.id));
        }
        field.set(settings, value);
    }
    notes
}

/// Brings every value into range and onto its step, as every host parameter is.
pub fn snapped(mut settings: ChainSettings) -> ChainSettings {
    for field in fields() {
        let value = field.get(&settings);
        field.set(&mut settings, value);
    }
    settings
}

const fn number(min: f32, max: f32, steps_per_unit: f32, skew: f32, unit: &'static str) -> Kind {
    Kind::Number { min, max, steps_per_unit, skew, unit }
}

const fn choice<C: Choice>() -> Kind {
    Kind::Choice { labels: C::LABELS }
}

const GAIN: Kind = number(-24.0, 24.0, 100.0, 1.0, " dB");
const PERCENT: Kind = number(0.0, 100.0, 10.0, 1.0, " %");
const ATTACK: Kind = number(0.1, 300.0, 100.0, 0.3, " ms");
const RELEASE: Kind = number(5.0, 3000.0, 10.0, 0.3, " ms");

/// Collects fields; `group` and `pointer` are what the next ones share.
struct Collector {
    fields: Vec<Field>,
    group: String,
    pointer: String,
}

impl Collector {
    fn enter(&mut self, group: impl Into<String>, pointer: impl Into<String>) {
        self.group = group.into();
        self.pointer = pointer.into();
    }

    fn add(
        &mut self,
        id: impl Into<String>,
        name: impl Into<String>,
        key: &str,
        kind: Kind,
        read: impl Fn(&ChainSettings) -> f32 + Send + Sync + 'static,
        write: impl Fn(&mut ChainSettings, f32) + Send + Sync + 'static,
    ) {
        let pointer = if self.pointer.is_empty() { String::new() } else { format!("{}/{key}", self.pointer) };
        self.fields.push(Field {
            id: id.into(),
            name: name.into(),
            group: self.group.clone(),
            kind,
            default: read(&ChainSettings::default()),
            pointer,
            automatable: true,
            read: Box::new(read),
            write: Box::new(write),
        });
    }

    /// Keeps hosts from automating the last field.
    fn hold_still(&mut self) {
        if let Some(field) = self.fields.last_mut() {
            field.automatable = false;
        }
    }
}

macro_rules! float {
    ($list:expr, $id:expr, $name:expr, $kind:expr, $($path:ident).+ ) => {
        $list.add($id, $name, stringify!($($path).+).rsplit('.').next().unwrap_or_default().trim(), $kind,
            |s| s.$($path).+, |s, value| s.$($path).+ = value)
    };
}
macro_rules! switch {
    ($list:expr, $id:expr, $name:expr, $($path:ident).+ ) => {
        $list.add($id, $name, stringify!($($path).+).rsplit('.').next().unwrap_or_default().trim(), Kind::Switch,
            |s| f32::from(s.$($path).+), |s, value| s.$($path).+ = value >= 0.5)
    };
}
macro_rules! chosen {
    ($list:expr, $id:expr, $name:expr, $choice:ty, $($path:ident).+ ) => {
        $list.add($id, $name, stringify!($($path).+).rsplit('.').next().unwrap_or_default().trim(), choice::<$choice>(),
            |s| s.$($path).+.index() as f32, |s, value| s.$($path).+ = <$choice>::from_index(value as usize))
    };
}

fn list() -> Vec<Field> {
    let mut list = Collector { fields: Vec::new(), group: String::new(), pointer: String::new() };
    list.enter("Input", "/input");
    float!(list, "input_gain", "Input Gain", GAIN, input.gain_db);
    list.enter("EQ", "/eq");
    switch!(list, "eq_on", "EQ On", eq.on);
    chosen!(list, "eq_phase", "EQ Phase", Phase, eq.phase);
    list.hold_still();
    for band in 0..EQ_BANDS {
        eq_band(&mut list, band);
    }
    compressor(&mut list);
    for band in 0..MAX_BANDS {
        compressor_band(&mut list, band);
    }
    imager(&mut list);
    limiter(&mut list);
    list.enter("Output", "/output");
    float!(list, "output_gain", "Output Gain", GAIN, output.gain_db);
    chosen!(list, "dither", "Dither", Dither, output.dither);
    switch!(list, "noise_shaping", "Noise Shaping", output.noise_shaping);
    list.enter("Monitor", "");
    switch!(list, "bypass", "Bypass", monitor.bypass);
    switch!(list, "level_match", "Level Match", monitor.level_match);
    float!(list, "level_match_gain", "Level Match Gain", GAIN, monitor.level_match_db);
    list.fields
}

fn eq_band(list: &mut Collector, band: usize) {
    let n = band + 1;
    list.enter(format!("EQ/Band {n}"), format!("/eq/bands/{band}"));
    let mut add = |suffix: &str, name: &str, key: &str, kind, read: fn(&EqBand) -> f32, write: fn(&mut EqBand, f32)| {
        list.add(
            format!("eq{n}_{suffix}"),
            format!("EQ {n} {name}"),
            key,
            kind,
            move |s| read(&s.eq.bands[band]),
            move |s, value| write(&mut s.eq.bands[band], value),
        );
    };
    add("on", "On", "on", Kind::Switch, |b| f32::from(b.on), |b, v| b.on = v >= 0.5);
    add(
        "type",
        "Type",
        "filter",
        choice::<FilterType>(),
        |b| b.filter.index() as f32,
        |b, v| b.filter = FilterType::from_index(v as usize),
    );
    let frequency = number(10.0, 30000.0, 10.0, 0.2, " Hz");
    add("freq", "Frequency", "frequency_hz", frequency, |b| b.frequency_hz, |b, v| b.frequency_hz = v);
    let gain = number(-18.0, 18.0, 100.0, 1.0, " dB");
    add("gain", "Gain", "gain_db", gain, |b| b.gain_db, |b, v| b.gain_db = v);
    let quality = number(0.1, 18.0, 1000.0, 0.3, "");
    add("q", "Q", "q", quality, |b| b.q, |b, v| b.q = v);
    add(
        "slope",
        "Slope",
        "slope",
        choice::<Slope>(),
        |b| b.slope.index() as f32,
        |b, v| b.slope = Slope::from_index(v as usize),
    );
    add(
        "placement",
        "Placement",
        "placement",
        choice::<Placement>(),
        |b| b.placement.index() as f32,
        |b, v| b.placement = Placement::from_index(v as usize),
    );
    add(
        "dyn_on",
        "Dynamic",
        "dynamics/on",
        Kind::Switch,
        |b| f32::from(b.dynamics.on),
        |b, v| {
            b.dynamics.on = v >= 0.5;
        },
    );
    let threshold = number(-80.0, 0.0, 100.0, 1.0, " dB");
    add(
        "dyn_threshold",
        "Dynamic Threshold",
        "dynamics/threshold_db",
        threshold,
        |b| b.dynamics.threshold_db,
        |b, v| {
            b.dynamics.threshold_db = v;
        },
    );
    add(
        "dyn_range",
        "Dynamic Range",
        "dynamics/range_db",
        gain,
        |b| b.dynamics.range_db,
        |b, v| {
            b.dynamics.range_db = v;
        },
    );
    add(
        "dyn_attack",
        "Dynamic Attack",
        "dynamics/attack_ms",
        ATTACK,
        |b| b.dynamics.attack_ms,
        |b, v| {
            b.dynamics.attack_ms = v;
        },
    );
    add(
        "dyn_release",
        "Dynamic Release",
        "dynamics/release_ms",
        RELEASE,
        |b| b.dynamics.release_ms,
        |b, v| {
            b.dynamics.release_ms = v;
        },
    );
}

fn compressor(list: &mut Collector) {
    list.enter("Compressor", "/compressor");
    switch!(list, "comp_on", "Comp On", compressor.on);
    let count = Kind::Count { min: 1, max: MAX_BANDS as i32 };
    list.add(
        "comp_bands",
        "Comp Bands",
        "band_count",
        count,
        |s| f32::from(s.compressor.band_count),
        |s, value| s.compressor.band_count = value as u8,
    );
    for crossover in 0..MAX_BANDS - 1 {
        list.add(
            format!("crossover{}", crossover + 1),
            format!("Crossover {}", crossover + 1),
            &format!("crossovers_hz/{crossover}"),
            number(30.0, 16000.0, 10.0, 0.25, " Hz"),
            move |s| s.compressor.crossovers_hz[crossover],
            move |s, value| s.compressor.crossovers_hz[crossover] = value,
        );
    }
    chosen!(list, "comp_detector", "Comp Detector", Detector, compressor.detector);
    let low_cut = number(0.0, 500.0, 10.0, 0.5, " Hz");
    float!(list, "comp_sc_low_cut", "Comp Sidechain Low Cut", low_cut, compressor.sidechain_low_cut_hz);
    float!(list, "comp_link", "Comp Stereo Link", PERCENT, compressor.stereo_link_percent);
    float!(list, "comp_mix", "Comp Mix", PERCENT, compressor.mix_percent);
}

fn compressor_band(list: &mut Collector, band: usize) {
    let n = band + 1;
    list.enter(format!("Compressor/Band {n}"), format!("/compressor/bands/{band}"));
    let mut add = |suffix: &str,
                   name: &str,
                   key: &str,
                   kind,
                   read: fn(&CompressorBand) -> f32,
                   write: fn(&mut CompressorBand, f32)| {
        list.add(
            format!("comp{n}_{suffix}"),
            format!("Comp {n} {name}"),
            key,
            kind,
            move |s| read(&s.compressor.bands[band]),
            move |s, value| write(&mut s.compressor.bands[band], value),
        );
    };
    add("on", "On", "on", Kind::Switch, |b| f32::from(b.on), |b, v| b.on = v >= 0.5);
    add("solo", "Solo", "solo", Kind::Switch, |b| f32::from(b.solo), |b, v| b.solo = v >= 0.5);
    let threshold = number(-60.0, 0.0, 100.0, 1.5, " dB");
    add("threshold", "Threshold", "threshold_db", threshold, |b| b.threshold_db, |b, v| b.threshold_db = v);
    let ratio = number(1.0, 10.0, 100.0, 0.4, ":1");
    add("ratio", "Ratio", "ratio", ratio, |b| b.ratio, |b, v| b.ratio = v);
    let knee = number(0.0, 24.0, 100.0, 1.0, " dB");
    add("knee", "Knee", "knee_db", knee, |b| b.knee_db, |b, v| b.knee_db = v);
    add("attack", "Attack", "attack_ms", ATTACK, |b| b.attack_ms, |b, v| b.attack_ms = v);
    add("release", "Release", "release_ms", RELEASE, |b| b.release_ms, |b, v| b.release_ms = v);
    let auto = |b: &CompressorBand| f32::from(b.auto_release);
    add("auto_release", "Auto Release", "auto_release", Kind::Switch, auto, |b, v| b.auto_release = v >= 0.5);
    let makeup = number(-12.0, 12.0, 100.0, 1.0, " dB");
    add("makeup", "Makeup", "makeup_db", makeup, |b| b.makeup_db, |b, v| b.makeup_db = v);
    let range = number(0.0, 24.0, 100.0, 1.0, " dB");
    add("range", "Range", "range_db", range, |b| b.range_db, |b, v| b.range_db = v);
}

fn imager(list: &mut Collector) {
    list.enter("Imager", "/imager");
    switch!(list, "imager_on", "Imager On", imager.on);
    for band in 0..MAX_BANDS {
        list.add(
            format!("width{}", band + 1),
            format!("Width {}", band + 1),
            &format!("widths_percent/{band}"),
            number(0.0, 200.0, 10.0, 1.0, " %"),
            move |s| s.imager.widths_percent[band],
            move |s, value| s.imager.widths_percent[band] = value,
        );
    }
    switch!(list, "mono_below_on", "Mono Below On", imager.mono_below_on);
    let mono_below = number(20.0, 500.0, 10.0, 0.5, " Hz");
    float!(list, "mono_below", "Mono Below", mono_below, imager.mono_below_hz);
}

fn limiter(list: &mut Collector) {
    list.enter("Limiter", "/limiter");
    switch!(list, "limiter_on", "Limiter On", limiter.on);
    float!(list, "limiter_drive", "Limiter Drive", number(0.0, 24.0, 100.0, 0.7, " dB"), limiter.drive_db);
    float!(list, "limiter_ceiling", "Limiter Ceiling", number(-12.0, 0.0, 100.0, 1.5, " dBTP"), limiter.ceiling_dbtp);
    float!(list, "limiter_release", "Limiter Release", number(1.0, 1000.0, 10.0, 0.35, " ms"), limiter.release_ms);
    switch!(list, "limiter_auto_release", "Limiter Auto Release", limiter.auto_release);
    float!(list, "limiter_link", "Limiter Stereo Link", PERCENT, limiter.stereo_link_percent);
    switch!(list, "soft_clip_on", "Soft Clip On", limiter.soft_clip_on);
    float!(list, "soft_clip", "Soft Clip Amount", number(0.0, 12.0, 100.0, 1.0, " dB"), limiter.soft_clip_db);
}
