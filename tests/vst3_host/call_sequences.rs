//! Calls in any order, those that the format forbids among them: nothing crashes, and afterwards the instance is as good as a new one.

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::ProcessSetup;
use proptest::prelude::*;

use super::{cases::cases, *};

/// What a host may do next.
#[derive(Debug, Clone)]
enum Call {
    SetUp {
        rate_hz: f64,
        frames: i32,
        mode: i32,
        size: i32,
    },
    Active(u8),
    Processing(u8),
    Arrange {
        inputs: u64,
        outputs: u64,
    },
    /// So many channels and frames, and parameters by index, sample and position.
    Play {
        channels: usize,
        frames: usize,
        values: Vec<(usize, i32, f64)>,
    },
    Set {
        index: usize,
        value: f64,
    },
    Save,
    /// The state saved last, or so many bytes of it.
    Load {
        share: f64,
    },
    Look,
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 0.0..=1.0, 1 => Just(f64::NAN), 1 => Just(-1e300), 1 => Just(1e9)]
}

fn call() -> impl Strategy<Value = Call> {
    let rates = prop_oneof![
        4 => prop::sample::select(vec![44_100.0, 48_000.0, 96_000.0, 8000.0]),
        1 => prop::sample::select(vec![0.0, -1.0, 1e9, f64::NAN, 7999.0])
    ];
    let frames = prop_oneof![5 => 1i32..1024, 1 => prop::sample::select(vec![0, -1, i32::MIN])];
    let arrangement = || prop::sample::select(vec![0u64, MONO, STEREO, 0x3f]);
    let sample = prop_oneof![4 => 0i32..600, 1 => any::<i32>()];
    let values = prop::collection::vec((any::<usize>(), sample, value()), 0..12);
    let switch = || prop_oneof![3 => Just(1u8), 3 => Just(0), 1 => any::<u8>()];
    prop_oneof![
        3 => (rates, frames, 0i32..4, 0i32..3)
            .prop_map(|(rate_hz, frames, mode, size)| Call::SetUp { rate_hz, frames, mode, size }),
        4 => switch().prop_map(Call::Active),
        3 => switch().prop_map(Call::Processing),
        2 => (arrangement(), arrangement()).prop_map(|(inputs, outputs)| Call::Arrange { inputs, outputs }),
        6 => (0usize..4, 0usize..600, values)
            .prop_map(|(channels, frames, values)| Call::Play { channels, frames, values }),
        2 => (any::<usize>(), value()).prop_map(|(index, value)| Call::Set { index, value }),
        1 => Just(Call::Save),
        2 => prop_oneof![Just(1.0), 0.0..=1.0].prop_map(|share| Call::Load { share }),
        1 => Just(Call::Look),
    ]
}

fn make(vst3: &Vst3, call: &Call, ids: &[u32], saved: &mut Vec<u8>) {
    // SAFETY: the instance's own calls; that their order and figures may be wrong is what is tried.
    unsafe {
        match call {
            Call::SetUp { rate_hz, frames, mode, size } => {
                let mut setup = ProcessSetup {
                    processMode: *mode,
                    symbolicSampleSize: *size,
                    maxSamplesPerBlock: *frames,
                    sampleRate: *rate_hz,
                };
                vst3.processor.setupProcessing(&raw mut setup);
            }
            Call::Active(state) => _ = vst3.component.setActive(*state),
            Call::Processing(state) => _ = vst3.processor.setProcessing(*state),
            Call::Arrange { inputs, outputs } => _ = vst3.arrange(*inputs, *outputs),
            Call::Play { channels, frames, values } => {
                let tone = |n: usize| 0.4 * (n as f32 * 0.07).sin();
                let mut buffers = vec![(0..*frames).map(tone).collect::<Vec<f32>>(); *channels];
                let mut pointers: Vec<_> = buffers.iter_mut().map(Vec::as_mut_ptr).collect();
                let points: Vec<_> =
                    values.iter().map(|(index, sample, value)| (*sample, ids[index % ids.len()], *value)).collect();
                vst3.process(*frames, &mut pointers.clone(), &mut pointers, &points);
                assert!(buffers.iter().flatten().all(|sample| sample.is_finite()));
            }
            Call::Set { index, value } => _ = vst3.controller.setParamNormalized(ids[index % ids.len()], *value),
            Call::Save => *saved = vst3.save(),
            Call::Load { share } => _ = vst3.load(&saved[..(share * saved.len() as f64) as usize]),
            Call::Look => {
                vst3.latency();
                for id in ids {
                    assert!((0.0..=1.0).contains(&vst3.value(*id)));
                }
            }
        }
    }
}

/// What a host that keeps the rules gets from an instance in a known state.
fn heard(vst3: &Vst3, state: &[u8]) -> (usize, Vec<Vec<f32>>) {
    assert!(vst3.arrange(STEREO, STEREO) && vst3.load(state) && vst3.activate(RATE_HZ, 512));
    let output = vst3.play(&song(2560), Calls { block: 512, in_place: true }, &[]);
    let latency = vst3.latency();
    vst3.deactivate();
    (latency, output)
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn calls_in_any_order_are_borne_and_leave_nothing_behind(calls in prop::collection::vec(call(), 1..40)) {
        let fresh = Vst3::new();
        let ids: Vec<u32> = fresh.params().iter().map(|param| param.id).collect();
        let state = fresh.save();
        let vst3 = Vst3::new();
        let mut saved = state.clone();
        for call in &calls {
            make(&vst3, call, &ids, &mut saved);
        }
        vst3.deactivate();
        prop_assert!(heard(&vst3, &state) == heard(&fresh, &state), "it sounds other than a new one");
    }
}
