//! Judges what was rendered: each part of the chain that acts must bring the music nearer to the target, or it is taken back.

use super::{
    decide::{imager, side},
    finding::Finding,
    fit::squared_distance,
    gauge::Gauge,
    shape::{SongShape, spreads_db},
    style::Profile,
    suggestion::Module,
};
use crate::{
    analysis::{Measurement, measurement::FaultKind},
    settings::{ChainSettings, EqBand, FilterType, MAX_BANDS, Placement},
};

/// A bell from this Q on is narrow: set against a resonance.
pub const NARROW_Q: f32 = 4.0;

/// What is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// The broad bands of the EQ, by the distance of the spectrum's shape, standard deviations.
    Shape,
    /// The bell on the side, by how far side stands from what is usual against mid there, dB.
    Side,
    /// The narrow bell, by how far a resonance stands out, dB.
    Resonance,
    /// The low cut, by the level under the lowest notes against the music, dB.
    LowCut,
    /// The compressor, by the spread of its bands against the middle of the target, dB.
    Spread,
    /// Mono below a frequency, by what the bass lacks of full correlation.
    Bass,
    /// Widths, by how far they stand from the middle of the target, dB.
    Widths,
}

impl Judged {
    /// The module that is at work.
    pub fn module(self) -> Module {
        match self {
            Self::Shape | Self::Side | Self::Resonance | Self::LowCut => Module::Eq,
            Self::Spread => Module::Compressor,
            Self::Bass | Self::Widths => Module::Imager,
        }
    }

    /// Whether a band of the EQ is what is judged.
    fn is_of(self, band: &EqBand) -> bool {
        let kind = if band.filter == FilterType::LowCut {
            Self::LowCut
        } else if band.placement == Placement::Side {
            Self::Side
        } else if band.q >= NARROW_Q {
            Self::Resonance
        } else {
            Self::Shape
        };
        band.on && kind == self
    }

    /// Whether a finding led to what is judged, by the settings that came of it.
    pub fn is_behind(self, finding: &Finding, settings: &ChainSettings) -> bool {
        finding.module == self.module()
            && match self {
                Self::Spread => true,
                Self::Bass => finding.gauge == Some(Gauge::BassCorrelation),
                Self::Widths => finding.gauge != Some(Gauge::BassCorrelation),
                _ => finding.band.and_then(|band| settings.eq.bands.get(band)).is_some_and(|band| self.is_of(band)),
            }
    }
}

/// What a part of the chain did to the distance from the target: before and after, smaller is nearer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    pub of: Judged,
    pub before: f64,
    pub after: f64,
}

/// What acts and did not bring the music nearer.
pub fn failures(
    settings: &ChainSettings,
    profile: &Profile,
    before: &Measurement,
    after: &Measurement,
) -> Vec<Judgement> {
    let mut judgements = Vec::new();
    let mut judge = |of: Judged, distance: &dyn Fn(&Measurement) -> Option<f64>| {
        if let (Some(before), Some(after)) = (distance(before), distance(after)) {
            judgements.push(Judgement { of, before, after });
        }
    };
    let band = |of: Judged| settings.eq.bands.iter().find(|band| of.is_of(band));
    if band(Judged::Shape).is_some() {
        judge(Judged::Shape, &|measurement| shape_distance(profile, measurement));
    }
    if let Some(band) = band(Judged::Side) {
        judge(Judged::Side, &|measurement| side::distance_db(measurement, profile, f64::from(band.frequency_hz)));
    }
    if let (Some(resonance), Some(_)) = (before.resonances.found.first(), band(Judged::Resonance)) {
        judge(Judged::Resonance, &|measurement| measurement.resonances.prominence_db_at(resonance.frequency_hz));
    }
    if band(Judged::LowCut).is_some() {
        let is_offset = before.rumble.is_none() && before.faults.iter().any(|fault| fault.kind == FaultKind::Dc);
        judge(Judged::LowCut, &|measurement| match before.rumble {
            Some(rumble) => Gauge::Under { hz: rumble.below_hz }.read(measurement),
            None if is_offset => Some(measurement.offset_percent.iter().map(|percent| percent.abs()).sum()),
            None => Gauge::Rumble.read(measurement),
        });
    }
    if settings.compressor.on {
        judge(Judged::Spread, &|measurement| {
            let spreads = spreads_db(measurement);
            let worked = (0..MAX_BANDS).filter(|band| settings.compressor.bands[*band].on);
            Some(worked.map(|band| (spreads[band] - profile.ranges.spread_db[band].middle).abs()).sum())
        });
    }
    let imager = &settings.imager;
    if imager.on && imager.mono_below_on {
        judge(Judged::Bass, &|measurement| Some(1.0 - measurement.stereo.bands[0].correlation));
    }
    let first = usize::from(imager.mono_below_on);
    let moved: Vec<usize> = (first..MAX_BANDS).filter(|band| imager.widths_percent[*band] != 100.0).collect();
    if imager.on && !moved.is_empty() {
        judge(Judged::Widths, &|measurement| {
            let apart =
                |band: &usize| measurement.stereo.bands[*band].side_mid_db - profile.ranges.width_db[*band].middle;
            Some(moved.iter().map(|band| apart(band).abs()).sum())
        });
    }
    judgements.retain(|judgement| judgement.after >= judgement.before);
    judgements
}

/// Distance of a song's shape from the profile in standard deviations (root of the mean squared Mahalanobis distance).
fn shape_distance(profile: &Profile, measurement: &Measurement) -> Option<f64> {
    let song = SongShape::of(measurement)?;
    let bands = song.bands();
    let natural = profile.shape.of(&bands);
    let apart = song.levels(&bands) - &natural.mean;
    Some((squared_distance(&natural, &apart)? / bands.len() as f64).sqrt())
}

/// Turns what was judged off and leaves the rest of its module as it is.
pub fn drop_judged(settings: &mut ChainSettings, of: Judged) {
    let neutral = ChainSettings::default();
    match of {
        Judged::Spread => settings.compressor = neutral.compressor,
        Judged::Bass => settings.imager.mono_below_on = false,
        Judged::Widths => settings.imager.widths_percent = neutral.imager.widths_percent,
        _ => {
            let bands = settings.eq.bands.iter_mut().zip(&neutral.eq.bands);
            bands.filter(|(band, _)| of.is_of(band)).for_each(|(band, neutral)| *band = *neutral);
        }
    }
    if of.module() == Module::Imager && !settings.imager.mono_below_on && !imager::needs_bands(&settings.imager) {
        settings.imager = neutral.imager;
    }
    if !settings.compressor.on {
        settings.compressor.band_count = match imager::needs_bands(&settings.imager) {
            true => MAX_BANDS as u8,
            false => neutral.compressor.band_count,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::measurement::{Fault, Resonance, Resonances, Rumble, Severity},
        assistant::{
            Delivery, Target, Wishes,
            loudness::dropped,
            stage::Held,
            testing::{Random, drawn_shape, music, song_of, target},
            untouched,
            verify::{Decided, Proving},
        },
        settings::EqSettings,
    };

    /// A song with all that can be judged, and settings that act on each of it.
    fn judged() -> (Measurement, Profile, ChainSettings, Target) {
        let mut random = Random(21);
        let shape = drawn_shape(&mut random);
        let mut song = song_of(&shape, &mut random);
        song.resonances =
            Resonances { centre_hz: vec![1000.0], prominence_db: vec![6.0], found: vec![Resonance::default()] };
        song.resonances.found[0].frequency_hz = 1000.0;
        song.rumble = Some(Rumble { below_hz: 26.0, ..Rumble::default() });
        let target = target(40);
        let heard = SongShape::of(&song).expect("a shape");
        let profile = Profile::of(&song, &heard, &Wishes::default(), std::slice::from_ref(&target)).expect("a profile");
        let mut settings = ChainSettings::default();
        let band = |filter, frequency_hz, q, placement| EqBand {
            on: true,
            filter,
            frequency_hz,
            gain_db: -2.0,
            q,
            placement,
            ..EqBand::default()
        };
        let bands = &mut settings.eq.bands;
        bands[0] = band(FilterType::LowCut, 26.0, 0.7, Placement::Stereo);
        bands[1] = band(FilterType::Bell, 300.0, 0.8, Placement::Stereo);
        bands[2] = band(FilterType::Bell, 1000.0, 6.0, Placement::Stereo);
        bands[3] = band(FilterType::Bell, 2000.0, 0.8, Placement::Side);
        settings.compressor.on = true;
        settings.compressor.bands[1].on = true;
        settings.imager.on = true;
        settings.imager.mono_below_on = true;
        settings.imager.widths_percent[2] = 80.0;
        (song, profile, settings, target)
    }

    const ALL: [Judged; 7] =
        [Judged::Shape, Judged::Side, Judged::Resonance, Judged::LowCut, Judged::Spread, Judged::Bass, Judged::Widths];

    #[test]
    fn what_moves_nothing_or_the_wrong_way_fails_and_what_helps_stays() {
        let (song, profile, settings, _) = judged();
        let none_moved = failures(&settings, &profile, &song, &song);
        assert_eq!(none_moved.iter().map(|failure| failure.of).collect::<Vec<_>>(), ALL);
        let mut better = song.clone();
        better.resonances.prominence_db[0] = 3.0;
        better.spectrum.mid_db[..2].iter_mut().for_each(|db| *db -= 9.0);
        better.stereo.bands[0].correlation = 1.0;
        let middle_db = profile.ranges.width_db[2].middle;
        better.stereo.bands[2].side_mid_db = middle_db;
        let failed: Vec<Judged> = failures(&settings, &profile, &song, &better).iter().map(|one| one.of).collect();
        assert_eq!(failed, [Judged::Shape, Judged::Side, Judged::Spread]);
        assert_eq!(failures(&ChainSettings::default(), &profile, &song, &song), []);
    }

    #[test]
    fn an_offset_is_judged_where_there_is_no_rumble() {
        let (song, profile, mut settings, _) = judged();
        settings = ChainSettings { eq: EqSettings { bands: settings.eq.bands, ..settings.eq }, ..Default::default() };
        settings.eq.bands[1..].iter_mut().for_each(|band| band.on = false);
        let fault =
            Fault { kind: FaultKind::Dc, from_s: 0.0, to_s: 60.0, severity: Severity::Minor, message: String::new() };
        let song = Measurement { rumble: None, faults: vec![fault], offset_percent: [1.0, -0.5], ..song };
        let cut = Measurement { offset_percent: [0.0, 0.001], ..song.clone() };
        assert_eq!(failures(&settings, &profile, &song, &cut), []);
        assert_eq!(failures(&settings, &profile, &song, &song)[0].of, Judged::LowCut);
    }

    #[test]
    fn what_is_taken_back_leaves_all_else_at_work() {
        let (_, _, settings, _) = judged();
        for of in ALL {
            let mut left = settings;
            drop_judged(&mut left, of);
            assert_ne!(left, settings, "{of:?}");
            let bands_on = left.eq.bands.iter().filter(|band| band.on).count();
            assert_eq!(bands_on, if of.module() == Module::Eq { 3 } else { 4 }, "{of:?}");
            assert_eq!(left.compressor.on, of != Judged::Spread);
            assert!(left.imager.on && left.imager.mono_below_on == (of != Judged::Bass), "{of:?}");
            assert!(!left.eq.bands.iter().any(|band| of.is_of(band)));
        }
        let mut left = settings;
        drop_judged(&mut left, Judged::Bass);
        drop_judged(&mut left, Judged::Widths);
        assert_eq!(left.imager, ChainSettings::default().imager);
        for of in ALL {
            let said = dropped(Judgement { of, before: 2.0, after: 2.5 });
            assert!(!said.acts && said.cause.contains("from 2.00 to 2.50"), "{}", said.cause);
        }
    }

    /// From the decision to the words: a bell that leads away from what masters have is rendered, taken back and told of.
    #[test]
    fn a_bell_the_wrong_way_is_rendered_and_taken_back() {
        let mut programme = music(14.0);
        let mut analyser = crate::analysis::Analyser::new(programme.sample_rate_hz, 2);
        analyser.add(&programme.left, &programme.right);
        let measurement = analyser.measurement();
        let heard = SongShape::of(&measurement).expect("a shape");
        let target = target(40);
        let wishes = Wishes { delivery: Delivery::profiles()[0], ..Wishes::default() };
        let profile = Profile::of(&measurement, &heard, &wishes, std::slice::from_ref(&target)).expect("a profile");
        let natural = profile.shape.of(&heard.bands());
        // Where the song stands furthest over what is natural, a bell lifts it more.
        let apart = heard.levels(&heard.bands()) - natural.mean;
        let (furthest, over_db) = apart.argmax();
        assert!(over_db > 1.0, "the music made up for tests is no master");
        let mut settings = ChainSettings::default();
        settings.eq.bands[0] = EqBand {
            on: true,
            frequency_hz: crate::assistant::shape::centre_hz(heard.bands()[furthest]) as f32,
            gain_db: 4.0,
            ..EqBand::default()
        };
        let finding = Finding {
            module: Module::Eq,
            band: Some(0),
            acts: true,
            cause: "It looked as if something were missing".into(),
            measured: 0.0,
            target_low: 0.0,
            target_high: 0.0,
            unit: "dB",
            confidence: 0.9,
            gauge: None,
            time: None,
        };
        let decided = Decided { settings, findings: vec![finding], reductions_db: [0.0; MAX_BANDS], ends: Vec::new() };
        let mut suggestion = untouched(&measurement);
        let held = Held::of(&mut programme, measurement.heard_s).expect("held");
        let mut proving = Proving {
            held,
            measurement: &measurement,
            profile: &profile,
            wishes: &wishes,
            amount: 1.0,
            progress: &mut |_| {},
        };
        proving.prove(decided, &mut suggestion).expect("proven");
        assert!(suggestion.settings.eq.bands.iter().all(|band| !band.on));
        let said: Vec<&str> = suggestion.items.iter().map(|item| item.reason.as_str()).collect();
        assert!(
            said[0].starts_with("Tried and taken back") && said[0].contains("distance from the target"),
            "{said:?}"
        );
        assert!(!said.iter().any(|reason| reason.contains("as if")), "{said:?}");
    }
}
