//! Calls in any order, those that the format forbids among them: nothing crashes, and afterwards the instance is as good as a new one.

use proptest::prelude::*;

use super::{
    cases::cases,
    raw::{Raw, Wire},
    state::{GOLDEN, framed},
    *,
};

/// What a host may do next.
#[derive(Debug, Clone)]
enum Call {
    Activate {
        rate_hz: f64,
        frames: u32,
    },
    Deactivate,
    Start,
    Stop,
    /// So many channels and frames, and parameters by index, time and position.
    Play {
        channels: usize,
        frames: usize,
        values: Vec<(usize, u32, f64)>,
    },
    Flush {
        values: Vec<(usize, u32, f64)>,
    },
    Save {
        most: usize,
        room: usize,
    },
    /// The state saved last, or one of an older version, by so many bytes a call, broken off after some.
    Load {
        saved: bool,
        most: usize,
        room: usize,
    },
    Look,
}

fn values() -> impl Strategy<Value = Vec<(usize, u32, f64)>> {
    let value = prop_oneof![4 => 0.0..=1.0, 1 => Just(f64::NAN), 1 => Just(-1e300), 1 => Just(1e9)];
    prop::collection::vec((any::<usize>(), prop_oneof![4 => 0u32..600, 1 => any::<u32>()], value), 0..12)
}

fn call() -> impl Strategy<Value = Call> {
    let rates = prop_oneof![
        4 => prop::sample::select(vec![44_100.0, 48_000.0, 96_000.0, 8000.0]),
        1 => prop::sample::select(vec![0.0, -1.0, 1e9, f64::NAN, 7999.0])
    ];
    let rooms = || prop_oneof![3 => Just(usize::MAX), 1 => 0usize..5000];
    prop_oneof![
        3 => (rates, 1u32..1024).prop_map(|(rate_hz, frames)| Call::Activate { rate_hz, frames }),
        2 => Just(Call::Deactivate),
        2 => Just(Call::Start),
        2 => Just(Call::Stop),
        6 => (0usize..4, 0usize..600, values())
            .prop_map(|(channels, frames, values)| Call::Play { channels, frames, values }),
        2 => values().prop_map(|values| Call::Flush { values }),
        1 => (1usize..300, rooms()).prop_map(|(most, room)| Call::Save { most, room }),
        2 => (any::<bool>(), 1usize..300, rooms()).prop_map(|(saved, most, room)| Call::Load { saved, most, room }),
        1 => Just(Call::Look),
    ]
}

fn wires(values: &[(usize, u32, f64)]) -> Vec<Wire> {
    let ids: Vec<u32> = fields().iter().map(|field| number(&field.id)).collect();
    values.iter().map(|(index, time, value)| Wire::value(*time, ids[index % ids.len()], *value)).collect()
}

fn make(raw: &Raw, call: &Call, saved: &mut Vec<u8>) {
    match call {
        Call::Activate { rate_hz, frames } => {
            raw.activate(*rate_hz, *frames);
        }
        Call::Deactivate => raw.deactivate(),
        Call::Start => {
            raw.start();
        }
        Call::Stop => raw.stop(),
        Call::Play { channels, frames, values } => {
            let tone = |n: usize| 0.4 * (n as f32 * 0.07).sin();
            let mut buffers = vec![(0..*frames).map(tone).collect::<Vec<f32>>(); *channels];
            raw.play(&mut buffers, &wires(values));
            assert!(buffers.iter().flatten().all(|sample| sample.is_finite()));
        }
        Call::Flush { values } => raw.flush(&wires(values)),
        Call::Save { most, room } => {
            if let Some(bytes) = raw.save(*most, *room) {
                *saved = bytes;
            }
        }
        Call::Load { saved: own, most, room } => {
            let golden = framed(GOLDEN.as_bytes());
            raw.load(if *own { saved } else { &golden }, *most, *room);
        }
        Call::Look => {
            raw.latency();
            for field in fields() {
                assert!(raw.value(number(&field.id)).is_finite(), "{}", field.id);
            }
        }
    }
}

/// What a host that keeps the rules gets from an instance in a known state.
fn heard(raw: &Raw, state: &[u8]) -> (u32, Vec<Vec<f32>>) {
    assert!(raw.load(state, usize::MAX, usize::MAX));
    assert!(raw.activate(48_000.0, 512) && raw.start());
    let mut song = song(3000).to_vec();
    for channel in &mut song {
        channel.truncate(2560);
    }
    let mut output = vec![Vec::new(); 2];
    for start in (0..2560).step_by(512) {
        let mut block: Vec<Vec<f32>> = song.iter().map(|channel| channel[start..start + 512].to_vec()).collect();
        raw.play(&mut block, &[]);
        output.iter_mut().zip(block).for_each(|(whole, part)| whole.extend(part));
    }
    let latency = raw.latency();
    raw.stop();
    raw.deactivate();
    (latency, output)
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn calls_in_any_order_are_borne_and_leave_nothing_behind(calls in prop::collection::vec(call(), 1..40)) {
        let fresh = Raw::new();
        let state = fresh.save(usize::MAX, usize::MAX).expect("saves");
        let raw = Raw::new();
        let mut saved = state.clone();
        for call in &calls {
            make(&raw, call, &mut saved);
        }
        raw.stop();
        raw.deactivate();
        prop_assert!(heard(&raw, &state) == heard(&fresh, &state), "it sounds other than a new one");
    }
}
