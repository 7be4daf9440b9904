//! An album from its songs: one anchor, and everything else in a bounded relation to it.
//!
//! Songs of an album were mixed against each other: a ballad is meant to be quieter than the single, and a dark song darker. So the
//! loudest song is the anchor, mastered as it would be alone; each other song keeps its loudness against the anchor within
//! [`MOST_LOUDNESS_CHANGE_LU`], and its EQ stays within [`MOST_TONE_CHANGE_DB`] of the mean of all songs' EQs, so that no song's
//! colour against the album moves by more. A low cut, which takes what lies under the music, is each song's own.

use super::{
    decide::limiter::{Before, Plan},
    programme::{Programme, ProgrammeError},
    proof::{self, Played},
    render::{Kept, Wanted, render},
    shape::{SHAPE_BANDS, centre_hz},
    stage::Stage,
    suggestion::Suggestion,
    wishes::Delivery,
};
use crate::{
    dsp::eq::response::settings_gain_db,
    settings::{ChainSettings, EqSettings, FilterType, Placement},
};

/// How far a song's loudness against the anchor may differ from what it was in the mixes, LU.
pub const MOST_LOUDNESS_CHANGE_LU: f64 = 1.0;
/// How far a song's EQ may lie from the mean of the album's, dB (root of the mean square, 31 Hz to 16 kHz, low cuts apart).
pub const MOST_TONE_CHANGE_DB: f64 = 1.0;
/// Shares of an EQ that are tried, from all of it down to nothing.
const SHARES: u32 = 20;
/// A song that stays this far under what was planned holds the album down, LU.
const SHORT_LU: f64 = 0.15;
/// What is planned, so that a song that falls short by less holds to what is promised.
const PLANNED_CHANGE_LU: f64 = MOST_LOUDNESS_CHANGE_LU - SHORT_LU;
/// Plans until one holds; each further one is for songs that fell short.
const MOST_PLANS: usize = 6;
/// Quieter is no song, LUFS.
const SILENT_LUFS: f64 = -70.0;

/// What an EQ does in thirds of an octave, dB.
type Curve = [f64; SHAPE_BANDS];

/// What a song of the album gets.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The suggestion with its EQ at [`Part::tone_percent`]; the limiter's drive for [`Part::lufs`] is found by [`deliver`].
    pub settings: ChainSettings,
    /// The loudness it is to have; none for silence.
    pub lufs: Option<f64>,
    /// How much of the song's own EQ is left.
    pub tone_percent: f64,
}

/// A song's settings at its loudness, and the loudness that they reach, LUFS.
pub type Delivered = (ChainSettings, f64);

/// The whole album.
#[derive(Debug, Clone, PartialEq)]
pub struct AlbumPlan {
    /// Index of the song that the others are held to.
    pub anchor: usize,
    /// In the order of the songs.
    pub parts: Vec<Part>,
}

/// Brings the songs' own suggestions into relation; `None` where all is silence.
pub fn plan(songs: &[Suggestion]) -> Option<AlbumPlan> {
    let own_lufs = |song: &Suggestion| song.measurement.loudness.integrated_lufs;
    let sounds = |index: &usize| own_lufs(&songs[*index]) > SILENT_LUFS;
    let sounding: Vec<usize> = (0..songs.len()).filter(sounds).collect();
    let anchor =
        sounding.iter().copied().max_by(|a, b| own_lufs(&songs[*a]).total_cmp(&own_lufs(&songs[*b])).then(b.cmp(a)))?;
    let against = |index: usize| own_lufs(&songs[index]) - own_lufs(&songs[anchor]);
    // A song that cannot go as loud as its relation wants holds the whole album down.
    let reach = |index: &usize| songs[*index].decided_lufs - against(*index) + PLANNED_CHANGE_LU;
    let anchor_lufs = sounding.iter().map(reach).fold(songs[anchor].decided_lufs, f64::min);
    let shares = shares_of_tone(songs, &sounding);
    let part = |(index, song): (usize, &Suggestion)| {
        let wanted = anchor_lufs + against(index);
        let range = wanted - PLANNED_CHANGE_LU..=wanted + PLANNED_CHANGE_LU;
        let lufs = sounds(&index).then(|| match index == anchor {
            true => anchor_lufs,
            false => song.decided_lufs.clamp(*range.start(), *range.end()),
        });
        let share = shares[index];
        let mut settings = song.settings;
        settings.eq = at_share(&settings.eq, share);
        Part { settings, lufs, tone_percent: 100.0 * share }
    };
    Some(AlbumPlan { anchor, parts: songs.iter().enumerate().map(part).collect() })
}

/// Plans the album and has each song delivered; where one falls short of its loudness, all others come down in relation to it.
///
/// `deliver` gives the settings of a song's part at its loudness, and the loudness that these reach; `None` where the song fails, which
/// then keeps its place in the plan. `None` where all is silence.
pub fn settle(songs: &[Suggestion], deliver: &mut dyn FnMut(usize, &Part) -> Option<Delivered>) -> Option<AlbumPlan> {
    let mut songs = songs.to_vec();
    let mut planned = plan(&songs)?;
    let mut found: Vec<Option<(Part, ChainSettings, f64)>> = vec![None; songs.len()];
    for _ in 0..MOST_PLANS {
        let mut holds = true;
        for (index, part) in planned.parts.iter().enumerate() {
            let Some(lufs) = part.lufs else { continue };
            if found[index].as_ref().is_none_or(|(of, ..)| of != part) {
                found[index] = deliver(index, part).map(|(settings, reached)| (part.clone(), settings, reached));
            }
            if let Some((_, _, reached)) = &found[index]
                && *reached < lufs - SHORT_LU
            {
                songs[index].decided_lufs = *reached;
                holds = false;
            }
        }
        if holds {
            break;
        }
        planned = plan(&songs)?;
    }
    for (part, found) in planned.parts.iter_mut().zip(found) {
        if let Some((_, settings, _)) = found {
            part.settings = settings;
        }
    }
    Some(planned)
}

/// The part's settings with the gain that gives its loudness under the delivery's ceiling, and the loudness reached: less where the
/// limiter would have to take more than a song alone is allowed, since the EQ that an album scales changes what the peaks cost.
///
/// # Errors
/// When the programme cannot be played to its end.
pub fn deliver(
    programme: &mut dyn Programme,
    channels: u16,
    part: &Part,
    delivery: &Delivery,
) -> Result<Delivered, ProgrammeError> {
    let Some(decided_lufs) = part.lufs else { return Ok((part.settings, SILENT_LUFS)) };
    let settings = Stage::AheadOfLimiter.of(&part.settings);
    let ahead = render(programme, channels, &settings, Wanted::default(), &mut |_| {})?;
    let before = Before { integrated_lufs: ahead.integrated_lufs, true_peak_dbtp: ahead.true_peak_dbtp };
    let plan = Plan { decided_lufs, shortfall: None, price: Vec::new() };
    let mut played = Played { programme, channels, stage: Stage::Whole, kept: Kept::Nothing };
    let proof = proof::reach(&mut played, settings, before, &plan, delivery, &mut |_| {})?;
    Ok((proof.settings, proof.rendered.integrated_lufs))
}

/// What an EQ does to the mid in each third of an octave, dB, but for its low cuts.
fn curve(eq: &EqSettings, song: &Suggestion) -> Curve {
    let rate_hz = f64::from(song.measurement.sample_rate_hz);
    let mut eq = *eq;
    eq.bands.iter_mut().for_each(|band| band.on &= band.filter != FilterType::LowCut);
    std::array::from_fn(|band| settings_gain_db(&eq, Placement::Mid, centre_hz(band), rate_hz))
}

fn at_share(eq: &EqSettings, share: f64) -> EqSettings {
    let mut eq = *eq;
    for band in &mut eq.bands {
        band.gain_db = (f64::from(band.gain_db) * share * 100.0).round() as f32 / 100.0;
    }
    eq
}

fn mean(curves: &[Curve]) -> Curve {
    std::array::from_fn(|band| curves.iter().map(|curve| curve[band]).sum::<f64>() / curves.len().max(1) as f64)
}

fn is_near(curve: &Curve, other: &Curve) -> bool {
    let squares: f64 = curve.iter().zip(other).map(|(own, other)| (own - other).powi(2)).sum();
    (squares / SHAPE_BANDS as f64).sqrt() <= MOST_TONE_CHANGE_DB
}

/// How much of its EQ each song keeps, so that all of them are near to their mean: each as much as it can where that is enough, or else
/// all of them less, for a song without an EQ cannot follow those that have much of one.
fn shares_of_tone(songs: &[Suggestion], sounding: &[usize]) -> Vec<f64> {
    let shares = || (0..=SHARES).rev().map(|step| f64::from(step) / f64::from(SHARES));
    // Each song's curve at each share, for a curve in decibels is not quite in proportion to its bands' gains.
    let curves: Vec<Vec<Curve>> = sounding
        .iter()
        .map(|song| shares().map(|share| curve(&at_share(&songs[*song].settings.eq, share), &songs[*song])).collect())
        .collect();
    let kept = (0..=SHARES as usize).find_map(|first| {
        // What a song gives up moves the mean, so that others may have to follow.
        let mut steps = vec![first; curves.len()];
        loop {
            let kept: Vec<Curve> = curves.iter().zip(&steps).map(|(curves, step)| curves[*step]).collect();
            let common = mean(&kept);
            if kept.iter().all(|curve| is_near(curve, &common)) {
                return Some(steps);
            }
            for (step, curves) in steps.iter_mut().zip(&curves) {
                *step += curves[*step..].iter().position(|curve| is_near(curve, &common))?;
            }
        }
    });
    let mut all = vec![1.0; songs.len()];
    for (song, step) in sounding.iter().zip(kept.unwrap_or_else(|| vec![SHARES as usize; sounding.len()])) {
        all[*song] = 1.0 - step as f64 / f64::from(SHARES);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::Analyser,
        assistant::{
            Excerpt,
            decide::limiter::MOST_REDUCTION_DB,
            testing::{Random, drawn_shape, music, song_of},
            untouched,
        },
        settings::EqBand,
    };

    fn song(own_lufs: f64, decided_lufs: f64, bell_db: f32) -> Suggestion {
        let mut random = Random(4);
        let mut measurement = song_of(&drawn_shape(&mut random), &mut random);
        measurement.loudness.integrated_lufs = own_lufs;
        let mut suggestion = untouched(&measurement);
        suggestion.decided_lufs = decided_lufs;
        suggestion.settings.eq.bands[2] = EqBand { on: true, gain_db: bell_db, ..EqBand::default() };
        suggestion
    }

    #[test]
    fn the_loudest_song_is_the_anchor_and_a_ballad_stays_quieter() {
        let album = [song(-20.0, -14.0, 0.0), song(-14.0, -11.0, 0.0), song(-15.0, -11.5, 0.0)];
        let plan = plan(&album).expect("a plan");
        assert_eq!(plan.anchor, 1);
        let lufs: Vec<f64> = plan.parts.iter().map(|part| part.lufs.expect("a loudness")).collect();
        assert_eq!(lufs, [-17.0 + PLANNED_CHANGE_LU, -11.0, -11.5]);
    }

    #[test]
    fn a_song_that_cannot_follow_holds_the_album_down() {
        let album = [song(-14.0, -9.0, 0.0), song(-14.5, -12.0, 0.0)];
        let plan = plan(&album).expect("a plan");
        let [anchor, other] = [0, 1].map(|index| plan.parts[index].lufs.expect("a loudness"));
        assert_eq!(other, -12.0);
        assert!((anchor - other - 0.5).abs() <= MOST_LOUDNESS_CHANGE_LU + 1e-9, "{anchor} {other}");
    }

    #[test]
    fn no_song_is_limited_past_what_one_alone_may_be() {
        let quieter = |excerpt: &Excerpt, gain: f32| {
            let scaled = |channel: &[f32]| channel.iter().map(|sample| gain * sample).collect();
            Excerpt { left: scaled(&excerpt.left), right: scaled(&excerpt.right), ..*excerpt }
        };
        let loud = music(12.0);
        let mut songs = [loud.clone(), quieter(&loud, 0.8)];
        let suggestions: Vec<Suggestion> = songs
            .iter()
            .map(|song| {
                let mut analyser = Analyser::new(song.sample_rate_hz, 2);
                analyser.add(&song.left, &song.right);
                let mut suggestion = untouched(&analyser.measurement());
                // Promised with an EQ that the album takes back: the drum's low end is there again, and with it its peaks.
                suggestion.settings.eq.bands[1] =
                    EqBand { on: true, frequency_hz: 60.0, gain_db: 3.0, ..EqBand::default() };
                suggestion.decided_lufs = -7.0;
                suggestion
            })
            .collect();
        let delivery = Delivery::profiles()[0];
        let mut calls = 0;
        let plan = settle(&suggestions, &mut |index, part| {
            calls += 1;
            deliver(&mut songs[index], 2, part, &delivery).ok()
        })
        .expect("a plan");
        assert!((3..=2 * MOST_PLANS).contains(&calls), "{calls} deliveries");
        let mut reached = Vec::new();
        for (song, part) in songs.iter_mut().zip(&plan.parts) {
            let rendered = render(song, 2, &part.settings, Wanted::default(), &mut |_| {}).expect("renders");
            assert!(rendered.limiter().p95_db <= MOST_REDUCTION_DB + 0.05, "{:?}", rendered.limiter());
            assert!(rendered.true_peak_dbtp <= delivery.ceiling_dbtp + 1e-3);
            assert!(rendered.integrated_lufs < -7.5, "nothing was given up");
            reached.push(rendered.integrated_lufs);
        }
        let against = |of: &dyn Fn(usize) -> f64| of(1) - of(0);
        let was = against(&|song| suggestions[song].measurement.loudness.integrated_lufs);
        assert!((against(&|song| reached[song]) - was).abs() <= MOST_LOUDNESS_CHANGE_LU, "{reached:?}");
    }

    #[test]
    fn a_song_that_falls_short_takes_the_others_with_it() {
        let album = [song(-14.0, -10.0, 0.0), song(-14.0, -10.0, 0.0), song(-120.0, -120.0, 0.0)];
        let plan = settle(&album, &mut |index, part| {
            let lufs = part.lufs.expect("a sounding song");
            // The first song goes no louder than this.
            Some((part.settings, if index == 0 { lufs.min(-12.5) } else { lufs }))
        })
        .expect("a plan");
        let lufs: Vec<Option<f64>> = plan.parts.iter().map(|part| part.lufs).collect();
        assert_eq!(lufs[0], Some(-12.5));
        assert!(lufs[1].is_some_and(|lufs| (lufs + 12.5).abs() <= MOST_LOUDNESS_CHANGE_LU), "{lufs:?}");
        assert_eq!(lufs[2], None);
    }

    #[test]
    fn a_colour_of_its_own_is_brought_near_to_the_common_one() {
        let alike = plan(&[song(-14.0, -14.0, -2.0), song(-14.0, -14.0, -2.0)]).expect("a plan");
        assert!(alike.parts.iter().all(|part| part.tone_percent == 100.0));
        let album =
            [song(-14.0, -14.0, -4.0), song(-14.0, -14.0, 0.5), song(-14.0, -14.0, 0.5), song(-14.0, -14.0, 0.5)];
        let plan = plan(&album).expect("a plan");
        assert!(plan.parts[0].tone_percent < 100.0 && plan.parts[1].tone_percent == 100.0, "{plan:?}");
        assert!(super::plan(&[song(-120.0, -120.0, 0.0)]).is_none());
    }

    /// Whatever the songs' own EQs, even where one has none and the others have much: what is promised of their colours holds.
    #[test]
    fn no_colour_is_further_from_the_albums_than_is_said() {
        let mut random = Random(11);
        for round in 0..200 {
            let mut album: Vec<Suggestion> = (0..2 + round % 5).map(|_| song(-14.0, -14.0, 0.0)).collect();
            for (index, song) in album.iter_mut().enumerate() {
                for band in song.settings.eq.bands.iter_mut().take(if index == 0 && round % 3 == 0 { 0 } else { 5 }) {
                    let gain_db = (4.0 * random.normal()).clamp(-12.0, 12.0) as f32;
                    let frequency_hz = (100.0 * 2f64.powf(random.normal() * 2.5)).clamp(20.0, 20_000.0) as f32;
                    *band = EqBand { on: true, gain_db, frequency_hz, q: 0.7, ..EqBand::default() };
                }
                song.settings.eq.bands[7] =
                    EqBand { on: round % 2 == 0, filter: FilterType::LowCut, frequency_hz: 80.0, ..EqBand::default() };
            }
            let plan = plan(&album).expect("a plan");
            let curves: Vec<Curve> =
                plan.parts.iter().zip(&album).map(|(part, song)| curve(&part.settings.eq, song)).collect();
            let common = mean(&curves);
            assert!(curves.iter().all(|curve| is_near(curve, &common)), "{:?}", plan.parts);
            assert!(plan.parts.iter().all(|part| part.settings.eq.bands[7].on == (round % 2 == 0)));
        }
    }
}
