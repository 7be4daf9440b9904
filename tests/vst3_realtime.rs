//! Nothing asks the heap or the system on a VST3 host's audio thread, however many points of automation a block has.

mod realtime_trap;
#[expect(dead_code, reason = "other tests ask a host for more")]
#[path = "vst3_host/host.rs"]
mod vst3_host;

use lacquer_clap_host::number;
use realtime_trap::{NOTHING, prove, watch};
use vst3_host::Vst3;

const LONGEST_BLOCK: usize = 8192;
/// More than a block has room for at their samples.
const TOO_MANY: usize = 9000;

/// All parameters but the phase: that it needs a restart is told once, by a worker that has to be woken.
fn numbers(vst3: &Vst3) -> Vec<u32> {
    vst3.params().iter().map(|param| param.id).filter(|id| *id != number("eq_phase")).collect()
}

/// Plays a block with these points, watched, from a tone.
fn play(vst3: &Vst3, block: usize, points: &[(i32, u32, f64)]) {
    let tone = |n: usize| (n as f32 * 0.031).sin() * 0.5;
    let mut channels = [0, 1].map(|_| (0..block).map(tone).collect::<Vec<f32>>());
    let mut pointers = channels.each_mut().map(|channel| channel.as_mut_ptr());
    let mut caught = NOTHING;
    let within = |call: &mut dyn FnMut()| caught = watch(call).1;
    let (answer, _) = vst3.process_within(block, &mut pointers.clone(), &mut pointers, points, within);
    assert_eq!((answer, caught), (0, NOTHING), "a block of {block} with {} points", points.len());
    assert!(channels.iter().flatten().all(|sample| sample.is_finite()));
}

#[test]
fn automation_asks_nobody_for_anything() {
    prove();
    let vst3 = Vst3::new();
    let numbers = numbers(&vst3);
    assert!(vst3.activate(48_000.0, LONGEST_BLOCK));
    for round in 0..160 {
        let block = [512, 1, 64, 333, LONGEST_BLOCK, 31, 4096, 128][round % 8];
        let points: Vec<_> = (0..numbers.len())
            .map(|index| {
                let sample = index * (block - 1) / numbers.len();
                (sample as i32, numbers[index], f64::from(((round * 37 + index * 11) % 100) as u32) / 99.0)
            })
            .collect();
        play(&vst3, block, &points);
    }
}

#[test]
fn the_last_of_too_many_points_holds() {
    prove();
    let vst3 = Vst3::new();
    assert!(vst3.activate(48_000.0, LONGEST_BLOCK));
    let [first, second] = ["eq1_gain", "limiter_drive"].map(number);
    let mut points: Vec<_> = (0..TOO_MANY).map(|n| (n as i32, first, n as f64 / TOO_MANY as f64)).collect();
    points.extend([(5, second, 0.25), (6, second, 0.75)]);
    play(&vst3, LONGEST_BLOCK, &points);
    assert!((vst3.value(first) - (TOO_MANY - 1) as f64 / TOO_MANY as f64).abs() < 0.005);
    assert!((vst3.value(second) - 0.75).abs() < 0.005);
}
