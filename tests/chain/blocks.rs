//! The size of the host's blocks never changes a sample.

use super::{
    settings::{any_settings, change_one},
    signals::{Noise, first_difference, music},
};
use lacquer::{dsp::Chain, settings::ChainSettings};

/// Settings and the sample from which they hold.
type Automation = Vec<(usize, ChainSettings)>;

fn automation(noise: &mut Noise, length: usize) -> Automation {
    let mut settings = any_settings(noise);
    let mut events = vec![(0, settings)];
    for _ in 0..20 {
        if noise.below(5) == 0 {
            settings = any_settings(noise);
        } else {
            change_one(&mut settings, noise);
        }
        events.push((noise.below(length), settings));
    }
    events.sort_by_key(|(position, _)| *position);
    events
}

/// Runs through the chain in blocks of the sizes that `size` gives, split at the events as a host does.
fn run(rate: f64, events: &Automation, input: &[Vec<f32>; 2], mut size: impl FnMut() -> usize) -> [Vec<f32>; 2] {
    let [mut left, mut right] = input.clone();
    let mut chain = Chain::new(rate, events[0].1.eq.phase);
    let ends = events.iter().skip(1).map(|(position, _)| *position).chain([left.len()]);
    for ((start, settings), end) in events.iter().zip(ends) {
        let mut start = *start;
        while start < end {
            let stop = end.min(start + size());
            chain.process(settings, &mut left[start..stop], &mut right[start..stop]);
            start = stop;
        }
    }
    [left, right]
}

#[test]
fn any_blocks_give_the_same_samples() {
    const LENGTH: usize = 20_000;
    let mut noise = Noise(9);
    for case in 0..12 {
        let rate = [48_000.0, 44_100.0, 96_000.0, 8_000.0, 192_000.0, 768_000.0][case % 6];
        let events = automation(&mut noise, LENGTH);
        let input = [music(noise.below(1000) as u64, LENGTH), music(noise.below(1000) as u64, LENGTH)];
        let whole = run(rate, &events, &input, || 65_536);
        for (name, sizes) in [("1", [1, 2]), ("1 to 70", [1, 71]), ("64", [64, 65]), ("1 to 3000", [1, 3001])] {
            let pieces = run(rate, &events, &input, || sizes[0] + noise.below(sizes[1] - sizes[0]));
            for channel in 0..2 {
                let differs = first_difference(&whole[channel], &pieces[channel]);
                assert_eq!(differs, None, "case {case}, channel {channel}, blocks of {name} at {rate} Hz");
            }
        }
    }
}

#[test]
fn a_reset_chain_is_a_new_one() {
    let mut noise = Noise(10);
    for _ in 0..8 {
        let (first, settings) = (any_settings(&mut noise), any_settings(&mut noise));
        let input = [music(11, 6000), music(12, 6000)];
        let mut used = Chain::new(48_000.0, settings.eq.phase);
        let [mut left, mut right] = input.clone();
        used.process(&first, &mut left, &mut right);
        used.reset();
        let [mut left, mut right] = input.clone();
        used.process(&settings, &mut left, &mut right);
        let [mut new_left, mut new_right] = input.clone();
        Chain::new(48_000.0, settings.eq.phase).process(&settings, &mut new_left, &mut new_right);
        assert_eq!(first_difference(&left, &new_left), None, "{first:?} then {settings:?}");
        assert_eq!(first_difference(&right, &new_right), None, "{first:?} then {settings:?}");
    }
}
