//! Compression: only where the level of a band moves more than masters' do, and then little.

use crate::{
    analysis::measurement::{DYNAMICS_BANDS, DYNAMICS_EDGES_HZ, Measurement},
    assistant::{
        bands::two_digits,
        finding::{Decision, Finding, hertz},
        gauge::Gauge,
        gaussian::normal_below,
        shape::{SHAPE_BANDS, centre_hz, spreads_db},
        style::Profile,
        suggestion::Module,
    },
    dsp::eq::response::settings_gain_db,
    settings::{CompressorBand, CompressorSettings, EqSettings, MAX_BANDS, Placement},
};

/// Reduction wanted on the loud parts (95th percentile), dB.
const REDUCTION_DB: (f64, f64) = (1.0, 2.0);
/// Delicate ratios.
const RATIO: (f64, f64) = (1.3, 2.5);
/// A band that comes and goes (its median this far below its loud parts) is arrangement, not dynamics, dB.
const SPARSE_SPREAD_DB: f64 = 26.0;
/// A band this far below the loudest one is not heard enough to be compressed, dB.
const QUIET_BAND_DB: f64 = 30.0;
/// Attack of each band before the music's own pace is counted in, ms: low notes need time to speak.
const ATTACK_MS: [f64; MAX_BANDS] = [50.0, 30.0, 20.0, 15.0];
/// Share of a beat after which the band has recovered.
const RELEASE_BEATS: [f64; MAX_BANDS] = [0.5, 0.4, 0.3, 0.25];

/// The compressor with what each band is to take from the loud parts, dB.
pub struct Compression {
    pub decision: Decision<CompressorSettings>,
    pub reductions_db: [f64; MAX_BANDS],
}

/// How a band's level moves beside masters'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Too far under the others to be heard moving.
    Quiet,
    /// It comes and goes: arrangement.
    Sparse,
    /// Within the range.
    Even,
    /// The loud parts stand out, the single hits do not: nothing sticks out of the parts themselves.
    Dense,
    /// Both stand out.
    Loose,
}

fn standing(measurement: &Measurement, profile: &Profile, band: usize) -> Standing {
    let dynamics = &measurement.dynamics;
    let spread_db = spreads_db(measurement)[band];
    if dynamics.under_loudest_db(band) > QUIET_BAND_DB {
        Standing::Quiet
    } else if spread_db > SPARSE_SPREAD_DB {
        Standing::Sparse
    } else if spread_db <= profile.ranges.spread_db[band].high {
        Standing::Even
    } else if dynamics.bands[band].crest_db <= loose_crest_db(profile, band) {
        Standing::Dense
    } else {
        Standing::Loose
    }
}

/// The crest factor from which hits stand out, dB.
fn loose_crest_db(profile: &Profile, band: usize) -> f64 {
    let crest = profile.ranges.crest_db[band];
    0.5 * (crest.middle + crest.high)
}

/// Decides the compressor for the music after `eq`.
pub fn decide(measurement: &Measurement, profile: &Profile, eq: &EqSettings) -> Compression {
    let mut reductions_db = [0.0; MAX_BANDS];
    let mut settings = CompressorSettings {
        bands: [CompressorBand { on: false, ..Default::default() }; MAX_BANDS],
        ..Default::default()
    };
    let mut findings = Vec::new();
    let spreads = spreads_db(measurement);
    for band in 0..DYNAMICS_BANDS {
        let spread = profile.ranges.spread_db[band];
        if standing(measurement, profile, band) != Standing::Loose {
            continue;
        }
        let excess_db = spreads[band] - spread.high;
        let reduction_db = (REDUCTION_DB.0 + 0.5 * excess_db).min(REDUCTION_DB.1);
        reductions_db[band] = reduction_db;
        settings.bands[band] =
            compress(measurement, band, reduction_db, eq_gain_db(eq, band, f64::from(measurement.sample_rate_hz)));
        findings.push(Finding {
            module: Module::Compressor,
            band: Some(band),
            acts: true,
            cause: format!(
                "From {} to {} the loud parts stand {:.1} dB over the median, {excess_db:.1} dB over the range of {} ({:.1} to {:.1} dB)",
                hertz(DYNAMICS_EDGES_HZ[band]),
                hertz(DYNAMICS_EDGES_HZ[band + 1]),
                spreads[band],
                profile.label,
                spread.low,
                spread.high
            ),
            measured: spreads[band],
            target_low: spread.low,
            target_high: spread.high,
            unit: "dB",
            confidence: normal_below((spreads[band] - spread.middle) / spread.deviation()),
            gauge: Some(Gauge::Spread { band }),
            time: None,
        });
    }
    if findings.is_empty() {
        let findings = vec![nothing_to_do(measurement, profile)];
        let decision = Decision { settings: CompressorSettings::default(), findings };
        return Compression { decision, reductions_db };
    }
    settings.on = true;
    settings.band_count = MAX_BANDS as u8;
    Compression { decision: Decision { settings, findings }, reductions_db }
}

fn compress(measurement: &Measurement, band: usize, reduction_db: f64, eq_gain_db: f64) -> CompressorBand {
    let figures = &measurement.dynamics.bands[band];
    let [_, median, upper, loud, _] = figures.level_percentiles_db;
    // A ratio of r takes (1 - 1/r) of what stands over the threshold.
    let over_db = (loud - upper).max(0.5);
    let ratio = (1.0 / (1.0 - (reduction_db / over_db).min(0.9))).clamp(RATIO.0, RATIO.1);
    let threshold_db = (loud - reduction_db / (1.0 - 1.0 / ratio)).max(median) + eq_gain_db;
    let beat_ms = beat_ms(measurement);
    // Dense playing wants shorter times, sparse playing lets the note speak.
    let pace = (3.0 / figures.onsets_per_s.max(0.5)).sqrt().clamp(0.7, 1.5);
    CompressorBand {
        on: true,
        threshold_db: (threshold_db * 2.0).round() as f32 / 2.0,
        ratio: ((ratio * 10.0).round() / 10.0) as f32,
        attack_ms: two_digits(ATTACK_MS[band] * pace) as f32,
        release_ms: two_digits((beat_ms * RELEASE_BEATS[band]).clamp(80.0, 400.0)) as f32,
        ..CompressorBand::default()
    }
}

/// Length of a beat, or of the time between onsets where no tempo is clear.
fn beat_ms(measurement: &Measurement) -> f64 {
    match measurement.dynamics.tempo_bpm {
        Some(tempo_bpm) if tempo_bpm > 30.0 => 60_000.0 / tempo_bpm,
        _ => (2000.0 / measurement.dynamics.onsets_per_s.max(0.5)).clamp(300.0, 1000.0),
    }
}

/// Mean gain of the EQ within a dynamics band, dB.
fn eq_gain_db(eq: &EqSettings, band: usize, sample_rate_hz: f64) -> f64 {
    let range = DYNAMICS_EDGES_HZ[band]..DYNAMICS_EDGES_HZ[band + 1];
    let gains: Vec<f64> = (0..SHAPE_BANDS)
        .map(centre_hz)
        .filter(|hz| range.contains(hz))
        .map(|hz| settings_gain_db(eq, Placement::Mid, hz, sample_rate_hz))
        .collect();
    gains.iter().sum::<f64>() / gains.len().max(1) as f64
}

/// Why nothing is compressed, by the band that is nearest to it.
fn nothing_to_do(measurement: &Measurement, profile: &Profile) -> Finding {
    let spreads = spreads_db(measurement);
    let ranges = &profile.ranges.spread_db;
    let of = |wanted: Standing| {
        let bands = (0..DYNAMICS_BANDS).filter(move |band| standing(measurement, profile, *band) == wanted);
        bands.max_by(|a, b| (spreads[*a] - ranges[*a].high).total_cmp(&(spreads[*b] - ranges[*b].high)))
    };
    let place =
        |band: usize| format!("from {} to {}", hertz(DYNAMICS_EDGES_HZ[band]), hertz(DYNAMICS_EDGES_HZ[band + 1]));
    let finding = |cause: String, measured: f64, (target_low, target_high): (f64, f64), confidence: f64| Finding {
        module: Module::Compressor,
        band: None,
        acts: false,
        cause: format!("Nothing to do: {cause}"),
        measured,
        target_low,
        target_high,
        unit: "dB",
        confidence,
        gauge: None,
        time: None,
    };
    if let Some(band) = of(Standing::Dense) {
        let (crest_db, most_db) = (measurement.dynamics.bands[band].crest_db, loose_crest_db(profile, band));
        let cause = format!(
            "{} the loud parts stand {:.1} dB over the median, {:.1} dB over the range of {}, but no hits stick out of them: the crest \
             factor is {crest_db:.1} dB, and {most_db:.1} dB would call for compression",
            place(band),
            spreads[band],
            spreads[band] - ranges[band].high,
            profile.label,
        );
        let sure = normal_below((most_db - crest_db) / profile.ranges.crest_db[band].deviation());
        return finding(cause, crest_db, (0.0, most_db), sure);
    }
    if let Some(band) = of(Standing::Even) {
        let (spread_db, high_db) = (spreads[band], ranges[band].high);
        let cause = format!(
            "the dynamics call for no compression beside {}; the widest are {}, where the loud parts stand {spread_db:.1} dB over the \
             median, and more than {high_db:.1} dB would be out of the range",
            profile.label,
            place(band),
        );
        let sure = normal_below((high_db - spread_db) / ranges[band].deviation() + 1.0);
        return finding(cause, spread_db, (0.0, high_db), sure);
    }
    // Of what is heard at all, everything comes and goes.
    let spread_db = of(Standing::Sparse).map_or(SPARSE_SPREAD_DB, |band| spreads[band]);
    let cause = format!(
        "the parts come and go, up to {spread_db:.1} dB over the median; from {SPARSE_SPREAD_DB:.1} dB on that is arrangement, and no \
         compressor's business"
    );
    finding(cause, spread_db, (SPARSE_SPREAD_DB, spread_db), 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assistant::testing::{Random, drawn_shape, song_of};

    fn song(tempo_bpm: Option<f64>, onsets_per_s: f64) -> Measurement {
        let mut random = Random(3);
        let mut song = song_of(&drawn_shape(&mut random), &mut random);
        song.dynamics.tempo_bpm = tempo_bpm;
        song.dynamics.onsets_per_s = onsets_per_s;
        song.dynamics.bands.iter_mut().for_each(|band| band.onsets_per_s = onsets_per_s);
        song
    }

    #[test]
    fn releases_follow_the_beat_and_attacks_the_density() {
        for band in 0..DYNAMICS_BANDS {
            let of = |tempo_bpm, onsets_per_s| compress(&song(tempo_bpm, onsets_per_s), band, 1.5, 0.0);
            let [slow, fast] = [90.0, 120.0].map(|tempo_bpm| f64::from(of(Some(tempo_bpm), 3.0).release_ms));
            let within = |ms: f64| (80.0..=400.0).contains(&ms);
            assert!(within(slow) && within(fast), "{slow} {fast}");
            // Twice the beat's length is twice the release, but for its ends and two digits.
            let exact = (80.1..399.9).contains(&slow) && (80.1..399.9).contains(&fast);
            assert!(!exact || (slow / fast - 120.0 / 90.0).abs() < 0.1, "band {band}: {slow} {fast}");
            let [sparse, dense] = [2.0, 6.0].map(|onsets| f64::from(of(Some(100.0), onsets).attack_ms));
            assert!((sparse / dense - 3f64.sqrt()).abs() < 0.15, "band {band}: {sparse} {dense}");
            // Without a tempo two onsets stand for a beat.
            let untold = f64::from(of(None, 4.0).release_ms);
            assert_eq!(untold, f64::from(of(Some(120.0), 4.0).release_ms), "band {band}");
        }
        let middle = |tempo_bpm| f64::from(compress(&song(Some(tempo_bpm), 3.0), 1, 1.5, 0.0).release_ms);
        assert!(middle(90.0) > 1.2 * middle(120.0), "{} {}", middle(90.0), middle(120.0));
    }

    #[test]
    fn thresholds_follow_the_levels_and_the_eq_before() {
        let song = song(Some(100.0), 3.0);
        let [plain, raised] = [0.0, 2.0].map(|eq_gain_db| compress(&song, 1, 2.0, eq_gain_db));
        assert_eq!(raised.threshold_db - plain.threshold_db, 2.0);
        let [_, median, _, loud, _] = song.dynamics.bands[1].level_percentiles_db;
        assert!((median - 0.3..loud).contains(&f64::from(plain.threshold_db)), "{plain:?}");
    }
}
