//! The format's rules for what is played: bounces, bypass, tails, silence, flushes, who sets what when.

use std::{mem::zeroed, thread, time::Duration};

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{AudioBusBuffers, AudioBusBuffers__type0, ProcessData};
use serde_json::Value;

use super::*;

/// The format's numbers for playing in real time and for a bounce.
const REALTIME: i32 = 0;
const OFFLINE: i32 = 2;

/// What the assistant says once it has answered.
fn answer(vst3: &Vst3) -> Value {
    for _ in 0..18_000 {
        let state: Value = serde_json::from_slice(&vst3.save()).expect("well-formed");
        if let Some(text) = state.pointer("/fields/assistant").and_then(Value::as_str) {
            return serde_json::from_str(text).expect("well-formed");
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("no answer");
}

/// The first thing that is set up is a bounce: nothing of it is lost, however fast it is played.
#[test]
fn a_bounce_is_one_from_its_first_block() {
    const FRAMES: usize = 12 * 48_000;
    let vst3 = Vst3::new();
    assert!(vst3.activate_as(OFFLINE, RATE_HZ, 4096));
    let switch = |sample: usize, on: f64| Point { sample, id: number("listen"), value: on };
    vst3.play(&song(FRAMES), Calls { block: 4096, in_place: true }, &[switch(0, 1.0), switch(FRAMES - 1, 0.0)]);
    let answer = answer(&vst3);
    assert_eq!(answer["dropped_s"], 0.0);
    assert_eq!(answer["heard_s"], (FRAMES - 1) as f64 / RATE_HZ);
}

/// After a bounce the audio thread waits for nobody again: of twelve seconds in one block, most are lost to the assistant.
#[test]
fn what_follows_a_bounce_is_in_real_time() {
    const FRAMES: usize = 12 * 48_000;
    let vst3 = Vst3::new();
    assert!(vst3.activate_as(OFFLINE, RATE_HZ, 4096));
    vst3.deactivate();
    assert!(vst3.activate_as(REALTIME, RATE_HZ, FRAMES));
    let switch = |sample: usize, on: f64| Point { sample, id: number("listen"), value: on };
    vst3.play(&song(FRAMES), Calls { block: FRAMES, in_place: true }, &[switch(0, 1.0), switch(FRAMES - 1, 0.0)]);
    let dropped_s = answer(&vst3)["dropped_s"].as_f64().expect("a number");
    assert!(dropped_s > 3.0, "{dropped_s} s");
}

/// Puts a parameter as a host does while it plays: the edit, and a block (here one of no frames) that brings it.
fn put(vst3: &Vst3, id: u32, value: f64) {
    // SAFETY: the instance's own call.
    assert_eq!(unsafe { vst3.controller.setParamNormalized(id, value) }, kResultOk);
    assert_eq!(vst3.value(id), value, "it reads as it was put, at once");
    assert_eq!(vst3.process(0, &mut [], &mut [], &[(0, id, value)]).0, kResultOk);
    assert_eq!(vst3.value(id), value);
}

#[test]
fn what_is_put_while_it_plays_is_read_at_once_and_sounds_with_its_block() {
    let vst3 = Vst3::new();
    assert!(vst3.activate(RATE_HZ, 512));
    put(&vst3, number("bypass"), 1.0);
    let saved = vst3.save();
    put(&vst3, number("bypass"), 0.0);
    assert!(vst3.load(&saved));
    assert_eq!(vst3.value(number("bypass")), 1.0, "what was loaded is read");
    put(&vst3, number("bypass"), 0.0);

    // Put but not brought: read, not heard. What a block brings afterwards is read, and heard.
    let (gain, input) = (number("input_gain"), song(4000));
    let plain = vst3.play(&input, Calls { block: 500, in_place: false }, &[]);
    vst3.deactivate();
    assert!(vst3.activate(RATE_HZ, 512));
    // SAFETY: the instance's own call.
    unsafe { vst3.controller.setParamNormalized(gain, 0.75) };
    assert_eq!(vst3.value(gain), 0.75);
    assert!(vst3.play(&input, Calls { block: 500, in_place: false }, &[]) == plain, "nothing was brought");
    vst3.play(&input, Calls { block: 500, in_place: false }, &[Point { sample: 3999, id: gain, value: 0.25 }]);
    assert!((vst3.value(gain) - 0.25).abs() < 1e-6, "{}", vst3.value(gain));
    // SAFETY: as above; what is no number and what is no parameter.
    unsafe {
        assert_ne!(vst3.controller.setParamNormalized(gain, f64::NAN), kResultOk);
        assert_ne!(vst3.controller.setParamNormalized(12_345, 0.5), kResultOk);
    }
    assert!((vst3.value(gain) - 0.25).abs() < 1e-6);
}

#[test]
fn the_tail_is_known_from_activation_and_nothing_sounds_after_it() {
    // SAFETY: the instance's own call.
    let tail = |vst3: &Vst3| unsafe { vst3.processor.getTailSamples() as usize };
    for phase in [0.0, 1.0] {
        let vst3 = Vst3::new();
        // SAFETY: as above.
        unsafe { vst3.controller.setParamNormalized(number("eq_phase"), phase) };
        assert!(vst3.activate(RATE_HZ, 512));
        let told = tail(&vst3);
        assert!(told >= vst3.latency(), "{told}");
        let setting =
            points(&settings(&[("eq1_gain", 6.0), ("eq1_on", 1.0), ("comp_on", 1.0), ("limiter_on", 1.0)]), 0);
        vst3.play(&song(20_000), Calls { block: 512, in_place: true }, &setting);
        assert_eq!(tail(&vst3), told, "before and after a block");
        let after = vst3.play(&vec![vec![0.0; told + 4096]; 2], Calls { block: 512, in_place: true }, &[]);
        for channel in after {
            let loudest = channel[told..].iter().fold(0.0f32, |loudest, sample| loudest.max(sample.abs()));
            assert!(loudest < 1e-6, "{loudest} after {told} samples");
        }
    }
}

#[test]
fn silence_is_told_where_it_is_and_asked_for_by_no_flag() {
    let vst3 = Vst3::new();
    assert!(vst3.activate(RATE_HZ, 512));
    let play = |flags: u64, loud: bool, dither: f64| {
        let mut buffers = [0, 1].map(|channel| vec![if loud && channel == 0 { 0.5f32 } else { 0.0 }; 512]);
        let mut pointers = buffers.each_mut().map(|channel| channel.as_mut_ptr());
        let bus = |pointers: &mut [*mut f32; 2]| AudioBusBuffers {
            numChannels: 2,
            silenceFlags: flags,
            __field0: AudioBusBuffers__type0 { channelBuffers32: pointers.as_mut_ptr() },
        };
        let mut copy = pointers;
        let (mut input, mut output) = (bus(&mut copy), bus(&mut pointers));
        vst3.process(0, &mut [], &mut [], &[(0, number("dither"), dither)]);
        // SAFETY: zeros are null pointers and numbers; what is set lasts for the call.
        unsafe {
            let mut data: ProcessData = zeroed();
            (data.numSamples, data.numInputs, data.numOutputs) = (512, 1, 1);
            (data.inputs, data.outputs) = (&raw mut input, &raw mut output);
            assert_eq!(vst3.processor.process(&raw mut data), kResultOk);
        }
        let silent = [0, 1].map(|channel| buffers[channel].iter().all(|sample| *sample == 0.0));
        let told = [0, 1].map(|channel| output.silenceFlags & 1 << channel != 0);
        assert_eq!(told, silent, "flags {flags:b}, loud: {loud}, dither: {dither}");
        silent
    };
    for flags in 0..4 {
        assert_eq!(play(flags, false, 0.0), [true, true]);
    }
    assert!((0..200).any(|_| play(3, true, 0.0) == [false, true]), "a host's flag silences nothing");
    assert!((0..200).any(|_| play(0, false, 0.0) == [true, true]), "it ends");
    assert!((0..20).any(|_| play(0, false, 1.0) == [false, false]), "dither is heard in silence");
}

#[test]
fn flushes_come_in_every_form() {
    let vst3 = Vst3::new();
    assert!(vst3.activate(RATE_HZ, 512));
    let gain = number("output_gain");
    let mut channels = [std::ptr::null_mut::<f32>(); 2];
    for (round, (buses, counts, width)) in
        [(false, 0, 0), (true, 0, 0), (true, 1, 0), (true, 1, 2)].into_iter().enumerate()
    {
        let value = 0.2 + 0.1 * round as f64;
        let mut bus = AudioBusBuffers {
            numChannels: width,
            silenceFlags: 0,
            __field0: AudioBusBuffers__type0 { channelBuffers32: channels.as_mut_ptr() },
        };
        vst3.with_changes(&[(0, gain, value)], |changes| {
            // SAFETY: zeros are null pointers and numbers; what is set lasts for the call.
            unsafe {
                let mut data: ProcessData = zeroed();
                (data.numInputs, data.numOutputs) = (counts, counts);
                if buses {
                    (data.inputs, data.outputs) = (&raw mut bus, &raw mut bus);
                }
                data.inputParameterChanges = changes;
                assert_eq!(vst3.processor.process(&raw mut data), kResultOk, "{round}");
            }
        });
        assert!((vst3.value(gain) - value).abs() < 1e-6, "{round}");
    }
}

#[test]
fn the_input_is_left_as_it_was() {
    let vst3 = Vst3::new();
    assert!(vst3.activate(RATE_HZ, 480));
    let setting: Vec<_> = points(&busy(), 0).iter().map(|point| (0, point.id, point.value)).collect();
    let mut input = song(480);
    let before = input.clone();
    let mut output = [vec![0.0f32; 480], vec![0.0f32; 480]];
    let mut ins = input.each_mut().map(|channel| channel.as_mut_ptr());
    let mut outs = output.each_mut().map(|channel| channel.as_mut_ptr());
    assert_eq!(vst3.process(480, &mut ins, &mut outs, &setting).0, kResultOk);
    assert_eq!(input, before);
    assert_ne!(output, before);
}

/// Whatever the parameters were, what is loaded is all of it.
#[test]
fn a_state_is_the_same_after_anything_else() {
    let vst3 = Vst3::new();
    let params = vst3.params();
    let mut state = 11u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1u64 << 24) as f64
    };
    for round in 0..6 {
        let plays = round % 2 == 1;
        if plays {
            assert!(vst3.activate(RATE_HZ, 512));
        }
        let mut scatter = |vst3: &Vst3| {
            for param in params.iter().filter(|param| param.id != number("listen")) {
                let value = random();
                // SAFETY: the instance's own call.
                assert_eq!(unsafe { vst3.controller.setParamNormalized(param.id, value) }, kResultOk);
                if plays {
                    vst3.process(0, &mut [], &mut [], &[(0, param.id, value)]);
                }
            }
        };
        scatter(&vst3);
        let saved = vst3.save();
        let values: Vec<f64> = params.iter().map(|param| vst3.value(param.id)).collect();
        scatter(&vst3);
        assert_ne!(vst3.save(), saved);
        assert!(vst3.load(&saved));
        assert_eq!(vst3.save(), saved, "round {round}");
        for (param, before) in params.iter().zip(&values) {
            assert!((vst3.value(param.id) - before).abs() < 1e-6, "{}", string(&param.title));
        }
        vst3.deactivate();
    }
}

#[test]
fn two_threads_may_set_everything_at_once() {
    let vst3 = Vst3::new();
    let params = vst3.params();
    assert!(vst3.activate(RATE_HZ, 64));
    let state = vst3.save();
    let shared = Shared(&vst3);
    thread::scope(|scope| {
        let player = scope.spawn(|| shared.play(400));
        for round in 0..500 {
            for param in params.iter().filter(|param| param.id != number("listen")) {
                let value = f64::from((round * 7 + param.id % 13) % 11) / 10.0;
                // SAFETY: the instance's own call.
                unsafe { shared.0.controller.setParamNormalized(param.id, value) };
            }
        }
        assert_eq!(player.join().expect("it lives"), 400);
    });
    vst3.deactivate();
    assert!(vst3.load(&state));
    assert_eq!(vst3.save(), state);
}
