//! One thing that is tried on a song: what is done to it, what the assistant is asked, and what is counted.

use std::collections::BTreeMap;

use anyhow::Result;
use cpu_time::ThreadTime;
use lacquer::{
    analysis::{
        Measurement,
        measurement::{DYNAMICS_BANDS, DYNAMICS_EDGES_HZ, third_octave_centre_hz},
    },
    assistant::{MOST_REDUCTION_DB, Module, Suggestion, Target, Wishes, cost_db, suggest_against},
};

use crate::{
    bend::Bend,
    chance::Chance,
    clip::Clip,
    expand::expanded,
    judge::{eq_gains_db, eq_moves_db, frequencies_hz, heard, most, rms, rms_apart, shape, true_peak_dbtp},
    matchering::Matchering,
};

/// A move that repairs more than this many dB, or a resonance cut by less and more than these, counts as an answer.
const RESONANCE_CUT_DB: std::ops::RangeInclusive<f64> = 2.0..=5.0;
/// A resonance is found within this many octaves.
const RESONANCE_WITHIN_OCTAVES: f64 = 1.0 / 6.0;
/// A loudness range that moved by less stands where it was, LU.
const RANGE_STANDS_LU: f64 = 0.05;
/// Delivery loudness counts as reached within this, LU.
const DELIVERED_WITHIN_LU: f64 = 0.2;
/// Reduction, or PLR beside the least that masters have, this near to its limit has met it, dB.
const AT_THE_LIMIT_DB: f64 = 0.4;
/// A cut as narrow as this is aimed at a resonance.
const RESONANCE_LEAST_Q: f64 = 3.5;

/// Everything that is tried, by name. Names are what results are kept under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trial {
    /// The master as it is, all modules.
    Untouched,
    /// A bend of strength 1 or 2, EQ alone.
    Bend(u8),
    /// The same with the rest of the package as target.
    Album(u8),
    HighPass,
    LowPass,
    Peak,
    TiltUp,
    TiltDown,
    Resonance,
    Expanded,
    Halves,
    /// The bend of strength 1 or 2, given to matchering with another song of the package as its reference.
    Matchering(u8),
}

impl Trial {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Untouched,
        Self::Bend(1),
        Self::Bend(2),
        Self::Album(1),
        Self::Album(2),
        Self::HighPass,
        Self::LowPass,
        Self::Peak,
        Self::TiltUp,
        Self::TiltDown,
        Self::Resonance,
        Self::Expanded,
        Self::Halves,
        Self::Matchering(1),
        Self::Matchering(2),
    ];

    /// The name that results are kept under.
    pub fn name(self) -> &'static str {
        match self {
            Self::Untouched => "untouched",
            Self::Bend(1) => "bend-1",
            Self::Bend(_) => "bend-2",
            Self::Album(1) => "album-1",
            Self::Album(_) => "album-2",
            Self::HighPass => "high-pass",
            Self::LowPass => "low-pass",
            Self::Peak => "peak",
            Self::TiltUp => "tilt-up",
            Self::TiltDown => "tilt-down",
            Self::Resonance => "resonance",
            Self::Expanded => "expanded",
            Self::Halves => "halves",
            Self::Matchering(1) => "matchering-1",
            Self::Matchering(_) => "matchering-2",
        }
    }
}

/// A master that is judged, and what is known of it without its package.
pub struct Subject<'a> {
    pub name: &'a str,
    pub clip: &'a Clip,
    /// CPU seconds that reading it took.
    pub read_s: f64,
    pub measurement: &'a Measurement,
    pub target: &'a Target,
    pub album: Option<&'a Target>,
    /// The peer, and the song of the package that it takes for its reference.
    pub peer: Option<(&'a Matchering, &'a Clip)>,
    /// Mean shape of the songs outside its part, in the bands it has.
    pub mean_shape: &'a dyn Fn(&[usize]) -> Vec<f64>,
}

type Figures = BTreeMap<String, f64>;

impl Subject<'_> {
    /// Tries one thing; none where the song has no such trial.
    ///
    /// # Errors
    /// When the assistant cannot work on the song.
    pub fn attempt(&self, trial: Trial, seed: u64) -> Result<Option<Figures>> {
        // Whoever answers, a bend of one strength is the same.
        let strength = ["album-", "bend-", "matchering-"].iter().find_map(|who| trial.name().strip_prefix(who));
        let mut chance = Chance::of(seed, self.name, strength.unwrap_or(trial.name()));
        let pairs = match trial {
            Trial::Untouched => self.untouched()?,
            Trial::Bend(k) => self.bent(&Bend::drawn(&mut chance, f64::from(k)), None)?,
            Trial::Album(k) => match self.album {
                Some(album) => self.bent(&Bend::drawn(&mut chance, f64::from(k)), Some(album))?,
                None => return Ok(None),
            },
            Trial::HighPass => self.bent(&Bend::HighPass { hz: 200.0 }, None)?,
            Trial::LowPass => self.bent(&Bend::LowPass { hz: 6000.0 }, None)?,
            Trial::Peak => {
                let hz = 100.0 * 60f64.powf(chance.within(0.0, 1.0));
                self.bent(&Bend::Peak { hz, gain_db: 9.0, q: 1.0 }, None)?
            }
            Trial::TiltUp => self.bent(&Bend::Drawn { tilt_db: 9.0, bells: Vec::new() }, None)?,
            Trial::TiltDown => self.bent(&Bend::Drawn { tilt_db: -9.0, bells: Vec::new() }, None)?,
            Trial::Resonance => {
                let hz = 150.0 * 40f64.powf(chance.within(0.0, 1.0));
                self.resonance(hz)?
            }
            Trial::Expanded => {
                // One of the bands, or all of it.
                let band = chance.below(DYNAMICS_BANDS + 1);
                let edges_hz = (band < DYNAMICS_BANDS).then(|| (DYNAMICS_EDGES_HZ[band], DYNAMICS_EDGES_HZ[band + 1]));
                self.expanded(chance.within(1.3, 1.6), edges_hz)?
            }
            Trial::Halves => self.halves()?,
            Trial::Matchering(k) => match self.peer {
                Some(peer) => self.peer_answers(&Bend::drawn(&mut chance, f64::from(k)), peer)?,
                None => return Ok(None),
            },
        };
        Ok(Some(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
    }

    fn asked(
        &self,
        clip: &Clip,
        measurement: &Measurement,
        only: &[Module],
        own: Option<&Target>,
    ) -> Result<Suggestion> {
        let wishes = Wishes { only: only.to_vec(), own_target: own.cloned(), ..Wishes::default() };
        let targets = std::slice::from_ref(self.target);
        Ok(suggest_against(&mut clip.programme(), measurement, &wishes, targets, &mut |_| {})?)
    }

    fn untouched(&self) -> Result<Vec<(&'static str, f64)>> {
        let start = ThreadTime::now();
        let measurement = self.clip.measured();
        let suggestion = self.asked(self.clip, &measurement, &Module::ALL, None)?;
        let seconds = self.read_s + start.elapsed().as_secs_f64();
        let again = self.asked(self.clip, &measurement, &Module::ALL, None)?;
        let bands = heard(self.measurement);
        let moves_db = eq_moves_db(&suggestion.settings.eq, &bands, self.clip.sample_rate_hz);
        let acts = |module| suggestion.items.iter().any(|item| item.module == module && item.acts);
        let moves = suggestion.settings.eq.bands.iter().any(|band| band.on && band.filter.has_gain());
        let expected = &suggestion.expected.loudness;
        let ceiling_dbtp = Wishes::default().delivery.ceiling_dbtp;
        let limits = suggestion.limiter_reduction_p95_db.max(most(&suggestion.compressor_reduction_p95_db));
        let delivery = Wishes::default().delivery;
        let plr_low_db = self.target.ranges.plr_db.low;
        let reached = (expected.integrated_lufs - delivery.integrated_lufs).abs() <= DELIVERED_WITHIN_LU;
        // The price is that of the loudest half minute, where the limit is met first.
        let cost_db = cost_db(&suggestion.loudness_price, expected.integrated_lufs).unwrap_or(0.0);
        let limited = suggestion.limiter_reduction_p95_db.max(cost_db) >= MOST_REDUCTION_DB - AT_THE_LIMIT_DB
            || delivery.ceiling_dbtp - expected.integrated_lufs <= plr_low_db + AT_THE_LIMIT_DB;
        let tonal = suggestion.settings.eq.bands.iter().filter(|band| band.on && band.filter.has_gain());
        let narrow_cut = suggestion
            .settings
            .eq
            .bands
            .iter()
            .any(|band| band.on && f64::from(band.q) >= RESONANCE_LEAST_Q && band.gain_db < -0.5);
        Ok(vec![
            ("eq_rms_db", rms(&moves_db)),
            ("eq_most_db", most(&moves_db)),
            ("tone_moves", f64::from(u8::from(moves))),
            ("eq_acts", f64::from(u8::from(acts(Module::Eq)))),
            ("compressor_acts", f64::from(u8::from(acts(Module::Compressor)))),
            ("imager_acts", f64::from(u8::from(acts(Module::Imager)))),
            ("delivered_or_limited", f64::from(u8::from(reached || limited))),
            ("tonal_bands", tonal.count() as f64),
            ("loudness_off_lu", expected.integrated_lufs - suggestion.decided_lufs),
            ("over_ceiling_db", true_peak_dbtp(&self.clip.mastered(&suggestion.settings)) - ceiling_dbtp),
            ("reduction_p95_db", limits),
            ("narrow_cut", f64::from(u8::from(narrow_cut))),
            ("repeats", f64::from(u8::from(again == suggestion))),
            ("cpu_s_per_min", seconds * 60.0 / self.measurement.heard_s.max(1.0)),
        ])
    }

    /// The spectrum is bent, the EQ may answer.
    fn bent(&self, bend: &Bend, own: Option<&Target>) -> Result<Vec<(&'static str, f64)>> {
        let clip = bend.apply(self.clip);
        let measurement = clip.measured();
        let suggestion = self.asked(&clip, &measurement, &[Module::Eq], own)?;
        let bands = heard(self.measurement);
        let original = shape(self.measurement, &bands);
        let before = rms_apart(&shape(&measurement, &bands), &original);
        let after = rms_apart(&shape(&suggestion.expected, &bands), &original);
        let mut figures = vec![
            ("error_before_db", before),
            ("error_after_db", after),
            ("error_mean_db", rms_apart(&(self.mean_shape)(&bands), &original)),
            ("eq_rms_db", rms(&eq_moves_db(&suggestion.settings.eq, &bands, clip.sample_rate_hz))),
        ];
        match bend {
            Bend::Drawn { tilt_db, bells } => {
                figures.push(("tilt_named", f64::from(u8::from(tilt_is_named(&suggestion, *tilt_db)))));
                figures.push(("tilt_db", *tilt_db));
                figures.push(("bells", bells.len() as f64));
            }
            Bend::HighPass { hz } | Bend::LowPass { hz } | Bend::Peak { hz, .. } => {
                figures.push(("named", f64::from(u8::from(named(&suggestion, bend, *hz)))));
                figures.push(("hz", *hz));
                figures.push(("boost_db", boost_db(&suggestion, bend, &bands, clip.sample_rate_hz)));
            }
            Bend::Band { .. } => {}
        }
        Ok(figures)
    }

    fn peer_answers(&self, bend: &Bend, (peer, reference): (&Matchering, &Clip)) -> Result<Vec<(&'static str, f64)>> {
        let clip = bend.apply(self.clip);
        let answered = peer.mastered(&clip, reference, self.name)?;
        let bands = heard(self.measurement);
        let original = shape(self.measurement, &bands);
        Ok(vec![
            ("error_before_db", rms_apart(&shape(&clip.measured(), &bands), &original)),
            ("error_after_db", rms_apart(&shape(&answered.measured(), &bands), &original)),
            ("true_peak_dbtp", true_peak_dbtp(&answered)),
        ])
    }

    fn resonance(&self, hz: f64) -> Result<Vec<(&'static str, f64)>> {
        let clip = Bend::Peak { hz, gain_db: 8.0, q: 8.0 }.apply(self.clip);
        let suggestion = self.asked(&clip, &clip.measured(), &[Module::Eq], None)?;
        let near = suggestion.settings.eq.bands.iter().filter(|band| {
            let apart = (f64::from(band.frequency_hz) / hz).log2().abs();
            band.on && band.gain_db < 0.0 && f64::from(band.q) >= RESONANCE_LEAST_Q && apart <= RESONANCE_WITHIN_OCTAVES
        });
        let cut_db = near.map(|band| -f64::from(band.gain_db)).fold(0.0, f64::max);
        Ok(vec![
            ("hz", hz),
            ("found", f64::from(u8::from(cut_db > 0.0))),
            ("cut_db", cut_db),
            ("cut_well", f64::from(u8::from(RESONANCE_CUT_DB.contains(&cut_db)))),
        ])
    }

    fn expanded(&self, ratio: f64, band_hz: Option<(f64, f64)>) -> Result<Vec<(&'static str, f64)>> {
        let clip = expanded(self.clip, ratio, band_hz);
        let measurement = clip.measured();
        let suggestion = self.asked(&clip, &measurement, &[Module::Compressor], None)?;
        let crest = |measurement: &Measurement| measurement.dynamics.bands.map(|band| band.crest_db);
        let crest_apart = |measurement: &Measurement| rms_apart(&crest(measurement), &crest(self.measurement));
        let range = |measurement: &Measurement| measurement.loudness.range_lu;
        let range_apart = |measurement: &Measurement| (range(measurement) - range(self.measurement)).abs();
        let [crest_before, crest_after] = [&measurement, &suggestion.expected].map(crest_apart);
        let [range_before, range_after] = [&measurement, &suggestion.expected].map(range_apart);
        // A band by itself hardly moves the range; then it must not get worse.
        let nearer = crest_after < crest_before && range_after <= range_before + RANGE_STANDS_LU;
        Ok(vec![
            ("ratio", ratio),
            ("in_one_band", f64::from(u8::from(band_hz.is_some()))),
            ("crest_apart_before_db", crest_before),
            ("crest_apart_after_db", crest_after),
            ("range_apart_before_lu", range_before),
            ("range_apart_after_lu", range_after),
            ("nearer", f64::from(u8::from(nearer))),
            ("compressor_acts", f64::from(u8::from(suggestion.settings.compressor.on))),
        ])
    }

    fn halves(&self) -> Result<Vec<(&'static str, f64)>> {
        let bands = heard(self.measurement);
        let mut moves = Vec::new();
        for half in self.clip.halves() {
            let suggestion = self.asked(&half, &half.measured(), &[Module::Eq], None)?;
            moves.push(eq_moves_db(&suggestion.settings.eq, &bands, half.sample_rate_hz));
        }
        let apart: Vec<f64> = moves[0].iter().zip(&moves[1]).map(|(one, other)| one - other).collect();
        Ok(vec![("apart_most_db", most(&apart))])
    }
}

/// The most that the EQ lifts what lies beyond a filter's corner, dB; nothing for a bell.
fn boost_db(suggestion: &Suggestion, bend: &Bend, bands: &[usize], sample_rate_hz: u32) -> f64 {
    let beyond = |band: usize| match bend {
        Bend::HighPass { hz } => third_octave_centre_hz(band) < 0.7 * hz,
        Bend::LowPass { hz } => third_octave_centre_hz(band) > 1.4 * hz,
        _ => false,
    };
    let gains_db = eq_gains_db(&suggestion.settings.eq, bands, sample_rate_hz);
    bands.iter().zip(gains_db).filter(|(band, _)| beyond(**band)).map(|(_, db)| db).fold(0.0, f64::max)
}

/// Whether an item speaks of either end of a tilt and works against it: on what lies under 500 Hz or over 2 kHz.
fn tilt_is_named(suggestion: &Suggestion, tilt_db: f64) -> bool {
    suggestion.items.iter().filter(|item| item.module == Module::Eq && item.acts).any(|item| {
        item.band.and_then(|band| suggestion.settings.eq.bands.get(band)).is_some_and(|band| {
            let back = f64::from(band.gain_db) * tilt_db;
            (band.frequency_hz < 500.0 && back > 0.0) || (band.frequency_hz > 2000.0 && back < 0.0)
        })
    })
}

/// Whether an acting item or a note speaks of a fault: of a frequency within half an octave, and of a filter by its name.
fn named(suggestion: &Suggestion, bend: &Bend, hz: f64) -> bool {
    let says_what = |sentence: &&String| match bend {
        Bend::HighPass { .. } => sentence.contains("high-pass"),
        // A codec's edge is one, and steeper.
        Bend::LowPass { .. } => sentence.contains("low-pass") || sentence.contains("lossy codec"),
        _ => !sentence.contains("-pass"),
    };
    let items = suggestion.items.iter().filter(|item| item.acts).map(|item| &item.reason);
    items
        .chain(suggestion.fix_in_the_mix.iter().map(|fix| &fix.sentence))
        .chain(&suggestion.notes)
        .filter(says_what)
        .flat_map(|sentence| frequencies_hz(sentence))
        .any(|named_hz| (named_hz / hz).log2().abs() <= 0.5)
}
