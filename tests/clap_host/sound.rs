//! The plugin sounds as the chain does.

use lacquer::{
    dsp::Chain,
    settings::{
        ChainSettings, Phase,
        fields::{Kind, fields},
    },
};

use super::*;

/// What the chain alone makes of `input`: settings, and the frame from which they hold.
fn chain(rate: f64, input: &[Vec<f32>; 2], parts: &[(usize, ChainSettings)]) -> [Vec<f32>; 2] {
    let mut chain = Chain::new(rate, parts[0].1.eq.phase);
    let [mut left, mut right] = input.clone();
    let ends = parts.iter().skip(1).map(|(start, _)| *start).chain([left.len()]);
    for ((start, settings), end) in parts.iter().zip(ends) {
        chain.process(settings, &mut left[*start..end], &mut right[*start..end]);
    }
    [left, right]
}

#[test]
fn plugin_and_chain_give_the_same_samples_at_any_block_size() {
    let input = song(20_000);
    let expected = chain(RATE_HZ, &input, &[(0, busy())]);
    assert_ne!(expected, chain(RATE_HZ, &input, &[(0, ChainSettings::default())]), "the settings do something");
    for block in [1, 17, 64, 511, 8192] {
        let output = play(&mut plugin(), &input, block, &events(&busy(), 0));
        assert_eq!(output, expected, "in blocks of {block}");
    }
}

#[test]
fn automation_takes_hold_at_its_sample() {
    let input = song(9000);
    let (start, moved) = (3001usize, settings(&[("input_gain", 6.0), ("eq3_on", 1.0), ("eq3_gain", -4.0)]));
    let expected = chain(RATE_HZ, &input, &[(0, ChainSettings::default()), (start, moved)]);
    for block in [64, 480, 9000] {
        let output = play(&mut plugin(), &input, block, &events(&moved, start as u64));
        assert_eq!(output, expected, "in blocks of {block}");
    }
    // Heard from outside: the output stays what it was until that sample has come through the chain.
    let mut instance = plugin();
    let still = play(&mut instance, &input, 480, &[]);
    let latency = instance.latency() as usize;
    let louder = settings(&[("input_gain", 6.0)]);
    let moving = play(&mut plugin(), &input, 480, &events(&louder, start as u64));
    let first = (0..9000).find(|&frame| still[0][frame] != moving[0][frame]);
    assert_eq!(first, Some(start + latency));
}

#[test]
fn a_storm_of_automation_over_all_parameters_is_followed_to_the_last_bit() {
    const FRAMES: usize = 24_000;
    let input = song(FRAMES);
    let mut seed = 7u32;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below
    };
    let mut samples: Vec<_> = (0..400).map(|_| random(FRAMES)).collect();
    samples.sort_unstable();
    let mut parts = vec![(0, ChainSettings::default())];
    let mut storm = Vec::new();
    for sample in samples {
        let field = &fields()[random(fields().len())];
        let share = random(1000) as f32 / 999.0;
        let value = field.snap(match field.kind {
            Kind::Number { min, max, skew, .. } => min + (max - min) * share.powf(1.0 / skew),
            Kind::Count { min, max } => min as f32 + (max - min) as f32 * share,
            Kind::Switch => share,
            Kind::Choice { labels } => (labels.len() - 1) as f32 * share,
        });
        storm.push(Event { sample: sample as u64, param: number(&field.id), value: position(&field.id, value) });
        let (_, mut settings) = parts[parts.len() - 1];
        field.set(&mut settings, value);
        parts.push((sample, settings));
    }
    let expected = chain(RATE_HZ, &input, &parts);
    for block in [32, 333, 4096] {
        assert_eq!(play(&mut plugin(), &input, block, &storm), expected, "in blocks of {block}");
    }
}

#[test]
fn whatever_rate_is_taken_plays_and_the_others_are_refused() {
    let input = song(8192);
    let mut same = plugin();
    for rate in [
        1000.0, 1234.5678, 7999.0, 8000.0, 12_345.678, 22_050.0, 45_678.901, 123_456.78, 199_999.9, 384_000.0,
        705_600.0, 768_000.0,
    ] {
        let output = play_at(&mut same, rate, &input, 512, &events(&busy(), 0));
        assert!(output.iter().flatten().all(|sample| sample.is_finite() && !sample.is_subnormal()), "{rate} Hz");
        assert!(output.iter().all(|channel| channel.iter().any(|sample| *sample != 0.0)), "{rate} Hz");
        let fresh = play_at(&mut plugin(), rate, &input, 512, &events(&busy(), 0));
        assert!(output == fresh, "{rate} Hz after other rates is {rate} Hz");
    }
    for rate in [0.0, 100.0, 999.0, 800_000.0] {
        assert!(plugin().activate(rate, 64).is_err(), "{rate} Hz");
    }
}

#[test]
fn reported_latency_is_the_measured_one_and_neutral_is_a_null() {
    for rate in [1234.5678, 8000.0, 12_345.678, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0, 768_000.0] {
        let mut plugin = plugin();
        let mut impulse = vec![0.0; 8192];
        impulse[100] = 0.5;
        let output = play_at(&mut plugin, rate, &[impulse.clone(), impulse], 333, &[]);
        let latency = plugin.latency() as usize;
        assert!(latency as f64 <= 0.005 * f64::max(rate, 8000.0), "{latency} frames at {rate} Hz are more than 5 ms");
        for channel in &output {
            let heard: Vec<_> = (0..8192).filter(|&frame| channel[frame] != 0.0).collect();
            assert_eq!(heard, [100 + latency], "at {rate} Hz");
            assert_eq!(channel[100 + latency], 0.5);
        }
    }
}

#[test]
fn bypass_is_the_input_as_much_later_as_is_reported() {
    let input = song(12_000);
    let mut settings = busy();
    settings.monitor.bypass = true;
    let mut plugin = plugin();
    let output = play(&mut plugin, &input, 256, &events(&settings, 0));
    let latency = plugin.latency() as usize;
    for (input, output) in input.iter().zip(&output) {
        assert_eq!(output[latency..], input[..input.len() - latency]);
    }
}

#[test]
fn mono_sounds_as_both_channels_of_the_chain_do() {
    let [mono, _] = song(9000);
    let [expected, _] = chain(RATE_HZ, &[mono.clone(), mono.clone()], &[(0, busy())]);
    for block in [100, 1024] {
        let mut plugin = plugin();
        plugin.select_channels(1).expect("there is a mono layout");
        let mut audio = plugin.activate(RATE_HZ, block as u32).unwrap();
        let mut output = mono.clone();
        audio.play(&mut [&mut output], block, &events(&busy(), 0), |_| ()).unwrap();
        plugin.deactivate(audio);
        assert_eq!(output, expected, "in blocks of {block}");
    }
}

#[test]
fn latency_never_changes_and_reset_starts_afresh() {
    let input = song(6000);
    let mut plugin = plugin();
    let mut audio = plugin.activate(RATE_HZ, 256).unwrap();
    let latency = plugin.latency();
    // nice-plug asks for one restart when it learns the latency for the first time.
    let restarts = plugin.restarts_asked();
    let mut passes = Vec::new();
    for _ in 0..2 {
        let [mut left, mut right] = input.clone();
        audio.play(&mut [&mut left, &mut right], 256, &events(&busy(), 0), |_| ()).unwrap();
        plugin.idle();
        passes.push([left, right]);
        audio.reset();
    }
    assert_eq!(passes[0], passes[1]);
    assert_eq!((plugin.latency(), plugin.restarts_asked()), (latency, restarts));
    plugin.deactivate(audio);
}

/// An impulse through linear phase: where its peak lies, on both channels.
fn heard_at(output: &[Vec<f32>; 2]) -> [usize; 2] {
    output.each_ref().map(|channel| {
        let loudest = |best: usize, frame: usize| if channel[frame].abs() > channel[best].abs() { frame } else { best };
        (0..channel.len()).fold(0, loudest)
    })
}

fn linear(gain_db: f32) -> ChainSettings {
    settings(&[("eq_phase", 1.0), ("eq3_on", 1.0), ("eq3_gain", gain_db), ("eq7_on", 1.0), ("eq7_gain", -gain_db)])
}

#[test]
fn linear_phase_takes_hold_when_the_plugin_is_activated_again() {
    const FRAMES: usize = 40_000;
    let mut impulse = vec![0.0; FRAMES];
    impulse[1000] = 0.5;
    let input = [impulse.clone(), impulse];
    let mut plugin = plugin();
    let mut audio = plugin.activate(RATE_HZ, 512).unwrap();
    let short = plugin.latency();
    let restarts = plugin.restarts_asked();

    // Changed while it plays: sound and latency stay as they are, and a restart is asked for, once.
    let expected = {
        let mut chain = Chain::new(RATE_HZ, Phase::Minimum);
        let [mut left, mut right] = input.clone();
        chain.process(&linear(3.0), &mut left, &mut right);
        [left, right]
    };
    let [mut left, mut right] = input.clone();
    audio.play(&mut [&mut left, &mut right], 512, &events(&linear(3.0), 0), |_| ()).unwrap();
    plugin.idle();
    assert_eq!([left, right], expected);
    assert_eq!((plugin.latency(), plugin.restarts_asked()), (short, restarts + 1));
    plugin.deactivate(audio);

    // The host restarts it.
    let mut audio = plugin.activate(RATE_HZ, 512).unwrap();
    let long = plugin.latency();
    assert_eq!(long as usize, Chain::new(RATE_HZ, Phase::Linear).latency());
    assert!(long > short + 10_000);
    plugin.idle();
    let restarts = plugin.restarts_asked();
    let [mut left, mut right] = input.clone();
    audio.play(&mut [&mut left, &mut right], 512, &[], |_| ()).unwrap();
    plugin.idle();
    let output = [left, right];
    assert_eq!(heard_at(&output), [1000 + long as usize; 2]);
    assert_eq!(output, chain(RATE_HZ, &input, &[(0, linear(3.0))]));
    assert_eq!((plugin.latency(), plugin.restarts_asked()), (long, restarts), "nothing more to ask for");

    // Back again while it plays, and at once again: it asks each time that something is to be done.
    let phase = |sample, value| Event { sample, param: number("eq_phase"), value };
    let [mut left, mut right] = input.clone();
    audio
        .play(&mut [&mut left, &mut right], 512, &[phase(0, 0.0), phase(9000, 1.0), phase(20_000, 0.0)], |_| ())
        .unwrap();
    plugin.idle();
    assert_eq!((plugin.latency(), plugin.restarts_asked()), (long, restarts + 2));
    plugin.deactivate(audio);
    let audio = plugin.activate(RATE_HZ, 512).unwrap();
    assert_eq!(plugin.latency(), short);
    plugin.deactivate(audio);
}

#[test]
fn linear_phase_of_a_loaded_state_holds_from_the_first_activation() {
    let mut saved = plugin();
    saved.flush(&events(&linear(6.0), 0)).unwrap();
    let state = saved.save().unwrap();
    for rate in [8000.0, 44_100.0, 192_000.0] {
        let mut plugin = plugin();
        plugin.load_state(&state).unwrap();
        let latency = Chain::new(rate, Phase::Linear).latency();
        let mut impulse = vec![0.0; latency + 4000];
        impulse[100] = 0.5;
        let input = [impulse.clone(), impulse];
        let output = play_at(&mut plugin, rate, &input, 333, &[]);
        assert_eq!(plugin.latency() as usize, latency, "at {rate} Hz");
        assert_eq!(heard_at(&output), [100 + latency; 2], "at {rate} Hz");
        assert_eq!(output, chain(rate, &input, &[(0, linear(6.0))]), "at {rate} Hz");
    }
}

/// What still comes after the input has ended lies within the latency and the tail that the plugin reports.
#[test]
fn the_reported_tail_covers_the_kernel() {
    let mut plugin = plugin();
    plugin.flush(&events(&linear(-12.0), 0)).unwrap();
    let mut audio = plugin.activate(RATE_HZ, 512).unwrap();
    let mut impulse = [vec![0.0; 60_000], vec![0.0; 60_000]];
    impulse[0][0] = 0.5;
    let [left, right] = &mut impulse;
    audio.play(&mut [left, right], 512, &[], |_| ()).unwrap();
    let tail = audio.tail().expect("it reports its tail") as usize;
    assert!(impulse[0][tail..].iter().all(|sample| sample.abs() < 1e-12), "still sounding after {tail} frames");
    assert!(tail > plugin.latency() as usize + 10_000);
    plugin.deactivate(audio);
}
