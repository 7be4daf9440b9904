use ebur128::{EbuR128, Mode};

use super::*;

const RATE_HZ: u32 = 48_000;

fn lufs(mix: &Excerpt, from_s: f64, to_s: f64) -> f64 {
    let range = (from_s * f64::from(RATE_HZ)) as usize..((to_s * f64::from(RATE_HZ)) as usize).min(mix.left.len());
    let mut meter = EbuR128::new(2, RATE_HZ, Mode::I).expect("a meter");
    meter.add_frames_planar_f32(&[&mix.left[range.clone()], &mix.right[range]]).expect("measures");
    meter.loudness_global().expect("a loudness")
}

fn rms(samples: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = samples.clone().count() as f64;
    (samples.map(|sample| sample * sample).sum::<f64>() / count).sqrt()
}

#[test]
fn it_is_a_mix_ready_to_be_mastered() {
    let mix = synthesise(RATE_HZ);
    let seconds = mix.left.len() as f64 / f64::from(RATE_HZ);
    assert!((30.0..=40.0).contains(&seconds), "{seconds} s");
    let peak = mix.left.iter().chain(&mix.right).fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    assert!((20.0 * peak.log10() + 6.0).abs() < 0.05, "peak {peak}");
    let whole = lufs(&mix, 0.0, seconds);
    let [intro, verse, chorus] = [(0, VERSE_BAR), (VERSE_BAR, CHORUS_BAR), (CHORUS_BAR, END_BAR)]
        .map(|(from, to)| lufs(&mix, bar_s(from as f64), bar_s(to as f64)));
    assert!((-20.0..=-16.5).contains(&whole), "{whole} LUFS");
    assert!(intro < verse - 2.0 && verse < chorus - 1.0, "intro {intro}, verse {verse}, chorus {chorus} LUFS");
    let mid = rms(mix.left.iter().zip(&mix.right).map(|(l, r)| 0.5 * f64::from(l + r)));
    let side = rms(mix.left.iter().zip(&mix.right).map(|(l, r)| 0.5 * f64::from(l - r)));
    assert!((0.1..0.9).contains(&(side / mid)), "wide, but a mix: side over mid {}", side / mid);
}

#[test]
fn it_is_the_same_every_time_and_at_every_rate_the_same_song() {
    let (first, second) = (synthesise(16_000), synthesise(16_000));
    assert!(first.left == second.left && first.right == second.right);
    let seconds = |mix: &Excerpt| mix.left.len() as f64 / f64::from(mix.sample_rate_hz);
    assert!((seconds(&first) - seconds(&synthesise(8_000))).abs() < 0.01);
}
