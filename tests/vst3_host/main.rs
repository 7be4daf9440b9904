//! The VST3 as a host sees it, through the library's own factory: it sounds as the CLAP and the chain do, to the sample.

mod call_sequences;
#[path = "../files/cases.rs"]
mod cases;
mod format_rules;
mod host;
#[path = "../clap_host/material.rs"]
mod material;
mod playing_rules;

use host::{Calls, Point, Vst3, string};
use lacquer::settings::{
    ChainSettings,
    fields::{Kind, fields},
};
use lacquer_clap_host::Event;
use material::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    Vst::{IAudioProcessorTrait, IComponentTrait, IEditControllerTrait, ParameterInfo_::ParameterFlags_},
    kResultOk,
};

const STEREO: u64 = 3;
const MONO: u64 = 1 << 19;

/// Values of the VST3 go from 0 to 1, those of the CLAP by steps where there are some.
fn point(event: &Event) -> Point {
    let steps = fields().iter().find(|field| number(&field.id) == event.param).map_or(1.0, |field| match field.kind {
        Kind::Number { .. } | Kind::Switch => 1.0,
        Kind::Count { min, max } => f64::from(max - min),
        Kind::Choice { labels } => labels.len() as f64 - 1.0,
    });
    Point { sample: event.sample as usize, id: event.param, value: event.value / steps }
}

fn points(settings: &ChainSettings, sample: u64) -> Vec<Point> {
    events(settings, sample).iter().map(point).collect()
}

fn chain(input: &[Vec<f32>; 2], settings: &ChainSettings) -> Vec<Vec<f32>> {
    let [mut left, mut right] = input.clone();
    lacquer::dsp::Chain::new(RATE_HZ, settings.eq.phase).process(settings, &mut left, &mut right);
    vec![left, right]
}

/// Changes of every kind all over a song.
fn storm(frames: usize) -> Vec<Event> {
    let mut state = 5u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut samples: Vec<_> = (0..300).map(|_| random(frames)).collect();
    samples.sort_unstable();
    samples
        .into_iter()
        .map(|sample| {
            let field = &fields()[random(fields().len())];
            let value = match field.kind {
                Kind::Number { .. } => random(1000) as f64 / 999.0,
                Kind::Count { min, max } => random((max - min) as usize + 1) as f64,
                Kind::Switch => random(2) as f64,
                Kind::Choice { labels } => random(labels.len()) as f64,
            };
            Event { sample: sample as u64, param: number(&field.id), value }
        })
        .collect()
}

#[test]
fn automation_at_samples_sounds_as_in_the_clap_to_the_last_bit() {
    const FRAMES: usize = 16_000;
    let input = song(FRAMES);
    let storm = storm(FRAMES);
    let points: Vec<_> = storm.iter().map(point).collect();
    let expected = play(&mut plugin(), &input, 512, &storm);
    for (block, in_place) in [(64, true), (333, false), (4096, true), (16_000, false)] {
        let vst3 = Vst3::new();
        assert!(vst3.activate(RATE_HZ, block));
        let output = vst3.play(&input, Calls { block, in_place }, &points);
        assert!(output == expected, "blocks of {block}, in place: {in_place}");
    }
}

/// Heard from outside: the first sample that differs is the event's own, as much later as is reported.
#[test]
fn automation_is_heard_at_its_sample_after_the_latency() {
    let input = song(6000);
    let play = |points: &[Point]| {
        let vst3 = Vst3::new();
        assert!(vst3.activate(RATE_HZ, 480));
        (vst3.play(&input, Calls { block: 480, in_place: false }, points), vst3.latency())
    };
    let (still, latency) = play(&[]);
    for sample in [0, 479, 480, 1001] {
        let (moved, _) = play(&points(&settings(&[("input_gain", 6.0)]), sample as u64));
        assert_eq!((0..6000).find(|&frame| still[0][frame] != moved[0][frame]), Some(sample + latency));
    }
    assert_eq!(latency, plugin_latency(), "both formats report the same");
    assert!(
        still.iter().zip(&input).all(|(out, input)| out[latency..] == input[..6000 - latency]),
        "neutral is a null"
    );
}

fn plugin_latency() -> usize {
    let mut clap = plugin();
    let audio = clap.activate(RATE_HZ, 480).expect("activates");
    let latency = clap.latency() as usize;
    clap.deactivate(audio);
    latency
}

#[test]
fn what_one_format_saves_the_other_loads_and_plays() {
    let input = song(8000);
    let expected = chain(&input, &busy());
    let (first, second) = (Vst3::new(), Vst3::new());
    assert!(first.activate(RATE_HZ, 512));
    first.play(&song(64), Calls { block: 64, in_place: true }, &points(&busy(), 0));
    let saved = first.save();
    // The CLAP's stream has the length before it.
    let mut clap = plugin();
    clap.load_state(&[&(saved.len() as u64).to_le_bytes()[..], &saved].concat()).expect("the same state");
    assert_eq!(play(&mut clap, &input, 512, &[]).to_vec(), expected);
    let back = clap.save().expect("saves");
    assert_eq!(back[8..], saved, "saved again it is the same to the byte");
    assert!(second.load(&back[8..]));
    assert!(second.activate(RATE_HZ, 512));
    assert_eq!(second.play(&input, Calls { block: 512, in_place: false }, &[]), expected);
    for param in second.params() {
        assert_eq!(second.value(param.id), first.value(param.id), "{}", string(&param.title));
    }
    for broken in [&b""[..], b"{", b"no state", &saved[..saved.len() / 2]] {
        assert!(!second.load(broken));
        assert_eq!(second.save(), saved, "what is refused changes nothing");
    }
}

#[test]
fn parameters_are_those_of_the_clap_and_their_texts_lead_back() {
    let vst3 = Vst3::new();
    let mut clap = plugin();
    let (params, others) = (vst3.params(), clap.params());
    let shown: Vec<_> = params.iter().filter(|param| param.flags & ParameterFlags_::kIsHidden == 0).collect();
    assert_eq!(shown.len(), others.len());
    for (param, other) in shown.into_iter().zip(&others) {
        let name = string(&param.title);
        assert_eq!((param.id, &name), (other.id, &other.name));
        let has = |flag: u32| param.flags & flag as i32 != 0;
        assert_eq!(has(ParameterFlags_::kCanAutomate as u32), other.automatable, "{name}");
        assert_eq!(has(ParameterFlags_::kIsBypass as u32), other.bypass, "{name}");
        assert_eq!(param.stepCount > 0, other.stepped, "{name}");
        let steps = if other.stepped { other.max } else { 1.0 };
        assert!((param.defaultNormalizedValue * steps - other.default).abs() < 1e-6, "{name}");
        assert!((vst3.value(param.id) - param.defaultNormalizedValue).abs() < 1e-6, "{name}");
        for step in 0..=40 {
            let mut value = f64::from(step) / 40.0;
            if param.stepCount > 0 {
                value = (value * steps).round() / steps;
            }
            let text = vst3.text(param.id, value);
            // A unit that the format has a place of its own for may be told there.
            let unit = string(&param.units);
            let told = clap.value_to_text(param.id, value * steps).expect("a text");
            assert!(
                told == text || told == format!("{text}{unit}") || told == format!("{text} {unit}"),
                "{told}, {text}"
            );
            let read = vst3.read(param.id, &text).unwrap_or_else(|| panic!("{name} reads {text}"));
            assert_eq!(vst3.text(param.id, read), text, "{name}");
            // SAFETY: the instance's own calls.
            let back = unsafe {
                let plain = vst3.controller.normalizedParamToPlain(param.id, value);
                vst3.controller.plainParamToNormalized(param.id, plain)
            };
            // A value is its step, and that is what comes back.
            assert_eq!(vst3.text(param.id, back), text, "{name}: {value} comes back as {back}");
        }
        assert_eq!(vst3.read(param.id, "no such thing"), None, "{name}");
    }
}

#[test]
fn mono_and_stereo_are_taken_and_other_arrangements_refused() {
    let vst3 = Vst3::new();
    for (inputs, outputs) in [(0, 0), (0x3f, 0x3f), (STEREO, 0x3f), (MONO, STEREO), (STEREO, MONO), (0, STEREO)] {
        assert!(!vst3.arrange(inputs, outputs), "{inputs:x} to {outputs:x}");
    }
    // SAFETY: the instance's own calls; audio, in and out.
    unsafe {
        assert_eq!([vst3.component.getBusCount(0, 0), vst3.component.getBusCount(0, 1)], [1, 1]);
        assert_eq!(vst3.processor.canProcessSampleSize(0), kResultOk);
        assert_ne!(vst3.processor.canProcessSampleSize(1), kResultOk);
    }
    let input = song(4000);
    let both = chain(&[input[0].clone(), input[0].clone()], &busy());
    for (arrangement, channels) in [(MONO, 1), (STEREO, 2), (MONO, 1)] {
        assert!(vst3.arrange(arrangement, arrangement));
        let mut told = 0;
        // SAFETY: room for the answer.
        assert_eq!(unsafe { vst3.processor.getBusArrangement(1, 0, &raw mut told) }, kResultOk);
        assert_eq!(told.count_ones() as usize, channels);
        assert!(vst3.activate(RATE_HZ, 500));
        let input = vec![input[0].clone(); channels];
        let output = vst3.play(&input, Calls { block: 500, in_place: false }, &points(&busy(), 0));
        assert_eq!(output, both[..channels]);
        vst3.deactivate();
    }
}

#[test]
fn blocks_without_frames_or_buffers_take_parameters() {
    for without_buffers in [false, true] {
        let vst3 = Vst3::new();
        assert!(vst3.activate(RATE_HZ, 512));
        let flushed: Vec<_> = points(&busy(), 0).iter().map(|point| (0, point.id, point.value)).collect();
        let frames = if without_buffers { 64 } else { 0 };
        assert_eq!(vst3.process(frames, &mut [], &mut [], &flushed).0, kResultOk);
        let input = song(3000);
        assert_eq!(vst3.play(&input, Calls { block: 512, in_place: true }, &[]), chain(&input, &busy()));
    }
}

#[test]
fn wild_points_far_blocks_and_restarts_are_borne() {
    let vst3 = Vst3::new();
    assert!(vst3.activate(RATE_HZ, 32));
    let params = vst3.params();
    let input = song(1 << 17);
    for wild in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1.0, 2.5] {
        let points: Vec<_> = params.iter().map(|param| Point { sample: 1000, id: param.id, value: wild }).collect();
        let output = vst3.play(&input, Calls { block: 1 << 17, in_place: false }, &points);
        assert!(output.iter().flatten().all(|sample| sample.is_finite()), "{wild}");
        for param in &params {
            assert!((0.0..=1.0).contains(&vst3.value(param.id)), "{} at {wild}", string(&param.title));
        }
    }
    let defaults: Vec<_> = params.iter().map(|param| (9999, param.id, param.defaultNormalizedValue)).collect();
    let mut left_over = [[0.625f32; 64]; 2];
    let mut pointers = left_over.each_mut().map(|channel| channel.as_mut_ptr());
    assert_eq!(vst3.process(32, &mut pointers.clone(), &mut pointers, &defaults).0, kResultOk);
    assert!(
        left_over.iter().all(|channel| channel[32..].iter().all(|sample| *sample == 0.625)),
        "past the block's end"
    );
    for rate_hz in [44_100.0, 192_000.0, 8000.0, 48_000.0] {
        vst3.deactivate();
        assert!(vst3.activate(rate_hz, 512), "{rate_hz} Hz");
        let (input, latency) = (song(2000), vst3.latency());
        let output = vst3.play(&input, Calls { block: 512, in_place: true }, &[]);
        assert!(
            output.iter().zip(&input).all(|(out, input)| out[latency..] == input[..2000 - latency]),
            "{rate_hz} Hz"
        );
    }
}

/// What no host should do: silence and a refusal, and parameters within the call hold.
#[test]
fn blocks_that_are_wrong_are_refused_with_silence() {
    let vst3 = Vst3::new();
    let play = |inputs: usize, outputs: usize, hole: bool| {
        let mut buffers = vec![vec![0.625f32; 64]; inputs + outputs];
        let mut pointers: Vec<_> = buffers.iter_mut().map(|buffer| buffer.as_mut_ptr()).collect();
        let (ins, outs) = pointers.split_at_mut(inputs);
        if hole {
            outs[outputs - 1] = std::ptr::null_mut();
        }
        let (answer, _) = vst3.process(64, ins, outs, &[(0, number("input_gain"), outputs as f64 / 10.0)]);
        let written = &buffers[inputs..inputs + outputs - usize::from(hole)];
        (answer == kResultOk, written.iter().flatten().all(|sample| *sample == 0.0))
    };
    assert_eq!(play(2, 2, false), (false, true), "never set up");
    assert!(vst3.activate(RATE_HZ, 64));
    for inputs in 0..=6 {
        for outputs in 1..=6 {
            for hole in [false, true] {
                let right = (inputs, outputs, hole) == (2, 2, false);
                let expected = if right { (true, false) } else { (false, true) };
                if !right {
                    assert_eq!(play(inputs, outputs, hole), expected, "{inputs} in, {outputs} out, hole: {hole}");
                    assert!((vst3.value(number("input_gain")) - outputs as f64 / 10.0).abs() < 1e-6);
                }
            }
        }
    }
    assert!(play(2, 2, false).0, "a good one after all that");
    vst3.deactivate();
    assert_eq!(play(2, 2, false), (false, true), "not active any more");
}

/// An instance that threads use at once, as no host may: that is what is tried.
struct Shared<'a>(&'a Vst3);

// SAFETY: the guard around each instance is made for it.
unsafe impl Sync for Shared<'_> {}
// SAFETY: as above.
unsafe impl Send for Shared<'_> {}

impl Shared<'_> {
    /// Plays blocks, each with a change of level and of phase, which asks for a restart; gives how many were not refused.
    fn play(&self, blocks: i32) -> usize {
        let mut played = 0;
        for block in 0..blocks {
            let mut buffers = [vec![0.25f32; 64], vec![0.25f32; 64]];
            let mut pointers = buffers.each_mut().map(|buffer| buffer.as_mut_ptr());
            let changes = [
                (block % 64, number("input_gain"), f64::from(block) / f64::from(blocks)),
                (0, number("eq_phase"), f64::from((block + 1) % 2)),
            ];
            played += usize::from(self.0.process(64, &mut pointers.clone(), &mut pointers, &changes).0 == kResultOk);
            assert!(buffers.iter().flatten().all(|sample| sample.is_finite()));
        }
        played
    }
}

#[test]
fn two_threads_may_play_at_once() {
    let vst3 = Vst3::new();
    assert!(vst3.activate(RATE_HZ, 64));
    let shared = Shared(&vst3);
    let played: usize = std::thread::scope(|scope| {
        let players = [scope.spawn(|| shared.play(400)), scope.spawn(|| shared.play(400))];
        players.into_iter().map(|player| player.join().expect("it lives")).sum()
    });
    // How many is the system's affair: whoever comes while the other plays is refused.
    assert!(played > 0, "none of 800 blocks was played");
}

/// What the audio thread asks of the framework (a restart, for the phase) is done by a worker that all instances share. It must outlive
/// each of them that goes just then, or the others are not heard any more, and the end of the last one is the end of the host.
#[test]
fn instances_may_go_right_after_they_asked_for_something() {
    let stays = Vst3::new();
    assert!(stays.activate(RATE_HZ, 64));
    for _ in 0..6 {
        let goes: Vec<_> = (0..4).map(|_| Vst3::new()).collect();
        for instance in &goes {
            assert!(instance.activate(RATE_HZ, 64));
        }
        std::thread::scope(|scope| {
            for instance in &goes {
                let shared = Shared(instance);
                scope.spawn(move || assert_eq!({ shared }.play(40), 40));
            }
        });
    }
    drop(stays);
}
