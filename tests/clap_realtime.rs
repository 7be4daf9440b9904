//! Nothing asks the heap or the system on the audio thread, whatever happens in a block and whatever the host does meanwhile on
//! its main thread. A lock that the main thread or the worker held would be caught as the system call that waits for it.

#[expect(dead_code, reason = "other tests ask a host for more")]
#[path = "clap_host/host.rs"]
mod host;
#[expect(dead_code, reason = "other tests ask an instance for more")]
#[path = "clap_host/raw.rs"]
mod raw;
mod realtime_trap;
#[expect(dead_code, reason = "other tests send more")]
#[path = "clap_host/wire.rs"]
mod wire;

use std::{
    ptr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clack_host::prelude::PluginEntry;
use clap_sys::ext::params::CLAP_PARAM_IS_MODULATABLE;
use lacquer::{
    dsp::ChainMeters,
    link::{TapFeed, Taps},
    settings::{
        MonitorSettings,
        fields::{Kind, fields},
    },
};
use lacquer_clap_host::{Audio, Event, Plugin, number};
use raw::{Block, Raw, Wire};
use realtime_trap::{Caught, NOTHING, prove, watch};

const RATE_HZ: f64 = 48_000.0;
const LONGEST_BLOCK: usize = 8192;

fn plugin() -> Plugin {
    // SAFETY: the entry point is the crate's own, made by nice-plug for hosts as this one.
    let entry = unsafe { PluginEntry::load_from_raw(&lacquer::plugin::clap_entry, c"") }.expect("the entry works");
    Plugin::from_entry(&entry, "org.lacquer.lacquer").expect("the plugin is there")
}

/// Every parameter changes in every block, each at a sample of its own, and the assistant's switches go on and off.
fn storm(round: usize, block: usize) -> Vec<Event> {
    let count = fields().len();
    let mut events: Vec<_> = fields()
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let share = f64::from(((round * 37 + index * 11) % 100) as u32) / 99.0;
            let value = match field.kind {
                Kind::Number { .. } => share,
                Kind::Count { min, max } => (share * f64::from(max - min)).round(),
                Kind::Switch => share.round(),
                Kind::Choice { labels } => (share * (labels.len() - 1) as f64).round(),
            };
            Event { sample: (index * (block - 1) / count) as u64, param: number(&field.id), value }
        })
        .collect();
    for (id, every) in [("listen", 7), ("accept", 3)] {
        let value = f64::from(u8::from(round % every < every - 2));
        events.push(Event { sample: block as u64 - 1, param: number(id), value });
    }
    events
}

/// Whether all that was caught is the yield of a spin: a state that the host loads while it plays is handed over by nice-plug
/// (`wrapper.rs`, a channel without room), whose two sides may meet in the middle of that.
#[cfg(target_os = "linux")]
fn is_handover(caught: &Caught) -> bool {
    *caught == (Caught { heap_calls: 0, system_call: Some(libc::SYS_sched_yield as i32) })
}

/// Elsewhere system calls are not watched.
#[cfg(not(target_os = "linux"))]
fn is_handover(_: &Caught) -> bool {
    false
}

/// Plays a storm of parameters through blocks of all sizes, watched; gives the first fault. `loads` tells whether the host loads states
/// meanwhile.
fn play_watched(audio: &mut Audio, rounds: usize, loads: bool) -> Result<(), String> {
    let mut phase = 0f32;
    for round in 0..rounds {
        let block = [512, 1, 64, 333, LONGEST_BLOCK, 31, 4096, 128][round % 8];
        let (mut left, mut right) = (vec![0f32; block], vec![0f32; block]);
        for (left, right) in left.iter_mut().zip(&mut right) {
            phase = (phase + 0.031) % std::f32::consts::TAU;
            (*left, *right) = (phase.sin(), if round % 50 == 49 { f32::NAN } else { phase.cos() });
        }
        let mut caught = NOTHING;
        let within = |call: &mut dyn FnMut()| caught = watch(call).1;
        audio
            .play_within(&mut [&mut left, &mut right], block, &storm(round, block), within, |_| ())
            .map_err(|error| error.to_string())?;
        if caught != NOTHING && !(loads && is_handover(&caught)) {
            return Err(format!("round {round}, a block of {block}: {caught:?}"));
        }
        if !left.iter().chain(&right).all(|sample| sample.is_finite()) {
            return Err(format!("round {round}: what came out is no number"));
        }
        if round % 20 == 19 && watch(|| audio.reset()).1 != NOTHING {
            return Err(format!("reset after round {round}"));
        }
    }
    Ok(())
}

#[test]
fn processing_asks_nobody_for_anything() {
    prove();
    let mut plugin = plugin();
    // Minimum and linear phase: what it is at activation holds until the next one.
    for value in [0.0, 1.0] {
        let phase = Event { sample: 0, param: number("eq_phase"), value };
        plugin.flush(&[phase]).expect("takes the phase");
        let mut audio = plugin.activate(RATE_HZ, LONGEST_BLOCK as u32).expect("activates");
        assert_eq!(play_watched(&mut audio, 200, false), Ok(()), "phase {value}");
        plugin.deactivate(audio);
    }
}

/// Values are set while modulation goes up and down, beyond the ends of their ranges too.
#[test]
fn modulation_asks_nobody_for_anything() {
    prove();
    let raw = Raw::new();
    assert!(raw.activate(RATE_HZ, 512) && raw.start());
    let mut params = raw.params();
    params.retain(|param| param.flags & CLAP_PARAM_IS_MODULATABLE != 0 && param.id != number("listen"));
    assert!(params.len() > 150, "{}", params.len());
    for round in 0..100 {
        let mut events = Vec::new();
        for (index, param) in params.iter().enumerate() {
            let share = |step: usize| f64::from(((round * 37 + index * step) % 100) as u32) / 99.0;
            let time = (index * 511 / params.len()) as u32;
            events.push(Wire::modulation(time, param.id, (3.0 * share(11) - 1.5) * param.max_value));
            events.push(Wire::value(time, param.id, share(7) * param.max_value));
        }
        let mut channels = [0, 1].map(|_| (0..512).map(|n| (n as f32 * 0.031).sin() * 0.5).collect::<Vec<f32>>());
        let mut outputs = channels.each_mut().map(|channel| channel.as_mut_ptr());
        let mut inputs = outputs;
        let (inputs, outputs) = (Some(&mut inputs[..]), Some(&mut outputs[..]));
        let block = Block { frames: 512, inputs, outputs, events: &events, transport: ptr::null(), mask: 0 };
        let ((status, _), caught) = watch(|| raw.process(block));
        assert_eq!((status, caught), (1, NOTHING), "round {round}");
        assert!(channels.iter().flatten().all(|sample| sample.is_finite()));
        let caught = watch(|| params.iter().for_each(|param| assert!(raw.value(param.id).is_finite()))).1;
        assert_eq!(caught, NOTHING, "what a value is may be asked anywhere");
    }
}

#[test]
fn nobody_on_the_main_thread_makes_the_audio_thread_wait() {
    prove();
    let mut plugin = plugin();
    let mut audio = plugin.activate(RATE_HZ, LONGEST_BLOCK as u32).expect("activates");
    let ids: Vec<_> = plugin.params().iter().map(|param| (param.id, param.default)).collect();
    let done = AtomicBool::new(false);
    let (played, rounds) = std::thread::scope(|scope| {
        let player = scope.spawn(|| {
            let played = play_watched(&mut audio, 400, true);
            done.store(true, Ordering::Release);
            played
        });
        let mut rounds = 0;
        while !done.load(Ordering::Acquire) {
            // All that a host asks for while it plays.
            for (id, default) in &ids {
                plugin.value(*id);
                let text = plugin.value_to_text(*id, *default).unwrap_or_default();
                plugin.text_to_value(*id, &text);
            }
            let state = plugin.save().expect("saves");
            plugin.load_state(&state).expect("loads");
            plugin.latency();
            plugin.idle();
            rounds += 1;
        }
        (player.join().expect("the audio thread lives"), rounds)
    });
    assert_eq!(played, Ok(()));
    assert!(rounds > 10, "the main thread was busy as well: {rounds} rounds");
    plugin.deactivate(audio);
}

#[test]
fn an_open_window_asks_the_audio_thread_for_nothing_that_it_must_not_give() {
    prove();
    let taps = Arc::new(Taps::default());
    let mut feed = TapFeed::new(RATE_HZ, 240, &taps);
    let ring = taps.ring().expect("the feed made it");
    let piece = [0.5f32; 77];
    let mut arrived = 0;
    // Nobody watches, somebody does and empties the ring, somebody does and lets it fill up.
    for (watched, emptied) in [(false, false), (true, true), (true, false), (false, false), (true, true)] {
        let watch_now = watched.then(|| taps.watch());
        for _ in 0..1000 {
            let (_, caught) = watch(|| {
                if feed.begin() {
                    let frames = piece.len().min(feed.room());
                    feed.hear_before(&piece[..frames], &piece[..frames]);
                    let (meters, monitor) = (ChainMeters::default(), MonitorSettings::default());
                    feed.hear_after(&piece[..frames], &piece[..frames], &meters, &monitor);
                }
            });
            assert_eq!(caught, NOTHING, "watched: {watched}, emptied: {emptied}");
            if emptied {
                arrived += usize::from(ring.pop().is_some());
            }
        }
        drop(watch_now);
    }
    assert!(arrived > 100, "{arrived} blocks came through");
}
