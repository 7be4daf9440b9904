//! Settings that change: one kernel fades into the next, at a fixed pace, without clicks, whatever the block size.

use super::*;
use crate::dsp::{eq::response::settings_gain_db, gain_to_db};

const RATE: f64 = 48_000.0;

/// A change has come through after this many samples and the latency: at most two kernels are designed, one after the other,
/// each in up to four blocks, and fade in over one.
const SETTLED: usize = 12 * 2048;

/// Runs both channels through: what holds from which sample on, in pieces of the lengths that `piece` gives.
fn run_parts(
    stage: &mut LinearPhase,
    parts: &[(usize, EqSettings)],
    left: &mut [f64],
    right: &mut [f64],
    mut piece: impl FnMut() -> usize,
) {
    let ends = parts.iter().skip(1).map(|(start, _)| *start).chain([left.len()]);
    for ((start, settings), end) in parts.iter().zip(ends) {
        let mut segment = *start;
        while segment < end {
            stage.control(settings);
            let segment_end = end.min(segment + CONTROL_INTERVAL);
            while segment < segment_end {
                let next = segment_end.min(segment + piece());
                stage.process(&mut left[segment..next], &mut right[segment..next]);
                segment = next;
            }
        }
    }
}

fn sine(hz: f64, length: usize) -> Vec<f64> {
    (0..length).map(|n| (2.0 * std::f64::consts::PI * hz * n as f64 / RATE).sin()).collect()
}

fn bell(gain_db: f32) -> EqSettings {
    settings_of(&[band(FilterType::Bell, 1000.0, gain_db, 1.0)])
}

fn peak(samples: &[f64]) -> f64 {
    samples.iter().fold(0.0, |peak: f64, sample| peak.max(sample.abs()))
}

/// Everything from no band to two kernels and back: each state is reached, exactly, and no step on the way is steeper than the
/// sine itself, but for the little that a rising level adds.
#[test]
fn changes_fade_without_clicks_and_arrive() {
    let place = |gain_db, placement| {
        let mut settings = bell(gain_db);
        settings.bands[0].placement = placement;
        settings
    };
    let states = [
        bell(0.0),
        bell(6.0),
        bell(-6.0),
        place(-6.0, Placement::Mid),
        place(6.0, Placement::Side),
        EqSettings::default(),
        place(3.0, Placement::Side),
        bell(6.0),
    ];
    let hold = Layout::new(RATE).latency() + SETTLED + 4800;
    let parts: Vec<_> = states.iter().enumerate().map(|(index, settings)| (index * hold, *settings)).collect();
    let mut left = sine(1000.0, states.len() * hold);
    // Mostly mid with some side.
    let mut right: Vec<_> = left.iter().map(|sample| 0.5 * sample).collect();
    run_parts(&mut LinearPhase::new(RATE), &parts, &mut left, &mut right, || CONTROL_INTERVAL);
    for (index, settings) in states.iter().enumerate() {
        let end = (index + 1) * hold;
        let [mid_db, side_db] =
            [Placement::Mid, Placement::Side].map(|placement| settings_gain_db(settings, placement, 1000.0, RATE));
        let [mid, side] = [Image::Mid, Image::Side]
            .map(|image| peak(&(end - 4800..end).map(|n| image.of(left[n], right[n])).collect::<Vec<_>>()));
        assert!((gain_to_db(mid / 0.75) - mid_db).abs() < 0.02, "mid of state {index}");
        assert!((gain_to_db(side / 0.25) - side_db).abs() < 0.02, "side of state {index}");
    }
    let start = Layout::new(RATE).latency() + 100;
    let steepest = |samples: &[f64]| peak(&samples.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>());
    let turn = 2.0 * std::f64::consts::PI * 1000.0 / RATE;
    for channel in [&left, &right] {
        let bound = 1.01 * peak(&channel[start..]) * turn;
        assert!(steepest(&channel[start..]) < bound, "a step where the sine has none");
    }
    // What a click has and a fade has not: anything three octaves above the sine.
    let mut high: Vec<f64> = left[start..].to_vec();
    for _ in 0..6 {
        high = high.windows(2).map(|pair| pair[1] - pair[0]).collect();
    }
    // What the convolution rounds to `f32` may double six times.
    let rounding = 64.0 * f64::from(f32::EPSILON) * peak(&left[start..]);
    let bound = 1.2 * peak(&left[start..]) * (2.0 * (0.5 * turn).sin()).powi(6) + rounding;
    assert!(peak(&high) < bound, "{} is more than {bound}", peak(&high));
}

#[test]
fn pieces_of_any_length_give_the_same_samples() {
    for (case, rate) in [8_000.0, 48_000.0, 384_000.0, 22_050.0].into_iter().enumerate() {
        let layout = Layout::new(rate);
        let length = 14 * layout.block + layout.latency();
        let mut noise = Noise(41 + case as u64);
        let mut parts = vec![(0, bell(3.0))];
        for _ in 0..12 {
            let mut settings = parts[parts.len() - 1].1;
            let changed = &mut settings.bands[noise.below(3)];
            changed.on = noise.below(3) > 0;
            changed.gain_db = noise.between(-9.0, 9.0) as f32;
            changed.placement = [Placement::Stereo, Placement::Mid, Placement::Side][noise.below(3)];
            parts.push((noise.below(length), settings));
        }
        parts.sort_by_key(|(start, _)| *start);
        let mut sound = |_| noise.between(-1.0, 1.0);
        let input: [Vec<f64>; 2] = [(0..length).map(&mut sound).collect(), (0..length).map(&mut sound).collect()];
        let play = |pieces: &mut dyn FnMut() -> usize| {
            let [mut left, mut right] = input.clone();
            run_parts(&mut LinearPhase::new(rate), &parts, &mut left, &mut right, pieces);
            [left, right]
        };
        let whole = play(&mut || CONTROL_INTERVAL);
        assert!(play(&mut || 1) == whole, "one by one at {rate} Hz");
        assert!(play(&mut || 1 + noise.below(CONTROL_INTERVAL)) == whole, "in random pieces at {rate} Hz");
    }
}

#[test]
fn a_value_that_moves_on_is_followed_at_a_steady_pace() {
    // A gain that rises by 6 dB in two seconds: what is heard is never behind by more than the time for two kernels, and no
    // step is greater than what it moves by in that time.
    let layout = Layout::new(RATE);
    let length = 3 * 48_000 + layout.latency() + SETTLED;
    let gain_at = |n: usize| (6.0 * n as f64 / 96_000.0).min(6.0) as f32;
    let parts: Vec<_> = (0..length / 480).map(|index| (480 * index, bell(0.5 + gain_at(480 * index)))).collect();
    let mut left = sine(1000.0, length);
    let mut right = left.clone();
    run_parts(&mut LinearPhase::new(RATE), &parts, &mut left, &mut right, || CONTROL_INTERVAL);
    for start in (layout.latency() + 4800..length - 480).step_by(480) {
        let heard_db = gain_to_db(peak(&left[start..start + 480]));
        let now = start - layout.latency();
        let earliest_db = 0.5 + f64::from(gain_at(now.saturating_sub(SETTLED))) - 0.02;
        let latest_db = 0.5 + f64::from(gain_at(now + layout.centre() + 480)) + 0.02;
        assert!((earliest_db..latest_db).contains(&heard_db), "{heard_db} dB at {now}: {earliest_db} to {latest_db}");
    }
}

#[test]
fn a_kernel_that_takes_over_from_nothing_knows_what_went_by() {
    // As soon as the fade is over, a band that is switched on sounds as if it had always been on.
    let mut noise = Noise(43);
    for rate in [8_000.0, 48_000.0] {
        let layout = Layout::new(rate);
        let start = layout.latency() + 3 * layout.block + 77;
        let length = start + layout.latency() + 2 * layout.taps();
        let input: Vec<_> = (0..length).map(|_| noise.between(-1.0, 1.0)).collect();
        let play = |parts: &[(usize, EqSettings)]| {
            let (mut left, mut right) = (input.clone(), input.iter().rev().copied().collect::<Vec<_>>());
            run_parts(&mut LinearPhase::new(rate), parts, &mut left, &mut right, || CONTROL_INTERVAL);
            [left, right]
        };
        let settings = settings_of(&[band(FilterType::Bell, 60.0, 12.0, 2.0)]);
        let always = play(&[(0, settings)]);
        let switched = play(&[(0, EqSettings::default()), (start, settings)]);
        let equal = |n: usize| (0..2).all(|channel| (always[channel][n] - switched[channel][n]).abs() < 1e-12);
        let first = (start..length).find(|&first| (first..first + 1000).all(equal)).expect("it arrives");
        assert!(first < start + layout.taps(), "{first} is later than the kernel's length after {start}, {rate} Hz");
        assert!((first..length).all(equal), "and stays, {rate} Hz");
        assert!(!equal(start + 100) && !equal(start + layout.block), "it was off before");
    }
}

#[test]
fn reset_silences_and_takes_the_next_settings_at_once() {
    let mut noise = Noise(44);
    let length = Layout::new(12_000.0).latency() + 9000;
    let input: Vec<_> = (0..length).map(|_| noise.between(-1.0, 1.0)).collect();
    let play = |stage: &mut LinearPhase| {
        let (mut left, mut right) = (input.clone(), input.clone());
        run(stage, &bell(6.0), &mut left, &mut right);
        left
    };
    let fresh = play(&mut LinearPhase::new(12_000.0));
    for settings in [EqSettings::default(), bell(-6.0), settings_of(&[band(FilterType::LowCut, 100.0, 0.0, 0.7)])] {
        for used_for in [100, 9000, length] {
            let mut used = LinearPhase::new(12_000.0);
            let (mut left, mut right) = (input.clone(), input.clone());
            run_parts(
                &mut used,
                &[(0, settings), (used_for / 2, bell(3.0))],
                &mut left[..used_for],
                &mut right[..used_for],
                || 32,
            );
            used.reset();
            assert!(play(&mut used) == fresh, "after {used_for} samples of {settings:?}");
        }
    }
}
