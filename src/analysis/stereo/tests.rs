use crate::analysis::measurement::{FLOOR_DB, Stereo};
use crate::analysis::testing::{analyse, noise, sine};

const RATE_HZ: u32 = 44100;

fn image(left: &[f32], right: &[f32]) -> Stereo {
    analyse(RATE_HZ, left, right).stereo
}

fn mixed(one: &[f32], gain: f32, other: &[f32], other_gain: f32) -> Vec<f32> {
    one.iter().zip(other).map(|(a, b)| a * gain + b * other_gain).collect()
}

#[test]
fn mono_loses_nothing_and_has_no_side() {
    let music = noise(1, RATE_HZ, 5.0);
    let stereo = image(&music, &music);
    assert_eq!(stereo.correlation, 1.0);
    assert_eq!(stereo.balance_db, 0.0);
    assert_eq!(stereo.mono_loss_lu, 0.0);
    for band in stereo.bands {
        assert_eq!(band.correlation, 1.0);
        assert!(band.side_mid_db < -80.0);
    }
}

#[test]
fn uncorrelated_channels_lose_three_lu() {
    let stereo = image(&noise(1, RATE_HZ, 30.0), &noise(2, RATE_HZ, 30.0));
    assert!(stereo.correlation.abs() < 0.01, "{}", stereo.correlation);
    assert!((stereo.mono_loss_lu - 3.01).abs() < 0.1, "{}", stereo.mono_loss_lu);
    for band in &stereo.bands[1..] {
        assert!(band.side_mid_db.abs() < 0.3, "{}", band.side_mid_db);
    }
}

#[test]
fn an_inverted_channel_cancels() {
    let music = noise(1, RATE_HZ, 5.0);
    let inverted: Vec<f32> = music.iter().map(|sample| -sample).collect();
    let stereo = image(&music, &inverted);
    assert_eq!(stereo.correlation, -1.0);
    assert!(stereo.mono_loss_lu > 80.0, "{}", stereo.mono_loss_lu);
}

#[test]
fn correlation_is_that_of_the_mixture() {
    // left = a, right = 0.6 a + 0.8 b: correlation 0.6 by construction, equal levels.
    let (a, b) = (noise(1, RATE_HZ, 30.0), noise(2, RATE_HZ, 30.0));
    let stereo = image(&a, &mixed(&a, 0.6, &b, 0.8));
    assert!((stereo.correlation - 0.6).abs() < 0.01, "{}", stereo.correlation);
    // Mid squared is (1 + 0.6) / 2, side squared (1 - 0.6) / 2.
    for band in &stereo.bands[1..] {
        assert!((band.side_mid_db - 10.0 * (0.4f64 / 1.6).log10()).abs() < 0.3, "{}", band.side_mid_db);
        assert!((band.correlation - 0.6).abs() < 0.03, "{}", band.correlation);
    }
}

#[test]
fn bands_have_their_own_image() {
    // Bass from the left, out of phase middle, mono top.
    let (bass, middle, top) =
        (sine(60.0, 0.3, RATE_HZ, 5.0), sine(400.0, 0.3, RATE_HZ, 5.0), sine(8000.0, 0.3, RATE_HZ, 5.0));
    let left = mixed(&mixed(&bass, 1.0, &middle, 1.0), 1.0, &top, 1.0);
    let right = mixed(&mixed(&bass, 0.5, &middle, -1.0), 1.0, &top, 1.0);
    let [low, mid, _, high] = image(&left, &right).bands;
    assert!((low.balance_db + 6.02).abs() < 0.05, "{}", low.balance_db);
    assert!((low.side_mid_db - 20.0 * (0.25f64 / 0.75).log10()).abs() < 0.05, "{}", low.side_mid_db);
    assert!(mid.correlation < -0.999 && mid.side_mid_db > 40.0, "{mid:?}");
    assert!(high.correlation > 0.999 && high.side_mid_db < -40.0, "{high:?}");
}

#[test]
fn one_channel_alone_leans_all_the_way() {
    let music = noise(1, RATE_HZ, 5.0);
    let silence = vec![0.0; music.len()];
    let stereo = image(&silence, &music);
    assert_eq!(stereo.correlation, 0.0);
    assert!(stereo.balance_db > 90.0, "{}", stereo.balance_db);
    assert!((stereo.mono_loss_lu - 3.01).abs() < 0.05, "{}", stereo.mono_loss_lu);
}

#[test]
fn silence_is_mono() {
    let silence = vec![0.0; RATE_HZ as usize];
    let stereo = image(&silence, &silence);
    assert_eq!((stereo.correlation, stereo.balance_db, stereo.mono_loss_lu), (1.0, 0.0, 0.0));
    assert!(stereo.bands.iter().all(|band| band.side_mid_db == FLOOR_DB && band.correlation == 1.0));
}
