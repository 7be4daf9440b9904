use std::f32::consts::TAU;

use hound::{SampleFormat, WavSpec, WavWriter};

use super::*;

const RATE_HZ: u32 = 44_100;

fn spec(channels: u16, bits_per_sample: u16, sample_format: SampleFormat) -> WavSpec {
    WavSpec { channels, sample_rate: RATE_HZ, bits_per_sample, sample_format }
}

fn played(recording: &mut Recording) -> [Vec<f32>; 2] {
    let mut out: [Vec<f32>; 2] = Default::default();
    recording
        .play(&mut |left, right| {
            assert_eq!(left.len(), right.len());
            out[0].extend_from_slice(left);
            out[1].extend_from_slice(right);
        })
        .expect("plays");
    out
}

#[test]
fn whole_numbers_play_as_fractions_of_full_scale() {
    let folder = tempfile::tempdir().expect("a folder");
    for bits in [16u16, 24, 32] {
        let path = folder.path().join(format!("{bits}.wav"));
        let full_scale = 2f64.powi(i32::from(bits) - 1);
        let mut writer = WavWriter::create(&path, spec(2, bits, SampleFormat::Int)).expect("creates");
        for n in 0..RATE_HZ as i32 {
            let value = (n % 200 - 100) << (bits - 8);
            writer.write_sample(value).expect("writes");
            writer.write_sample(-value).expect("writes");
        }
        writer.finalize().expect("closes");
        let mut recording = Recording::open(&path).expect("opens");
        let [left, right] = played(&mut recording);
        assert_eq!(recording.frames(), Some(u64::from(RATE_HZ)));
        assert_eq!(left.len(), RATE_HZ as usize);
        for (n, (left, right)) in left.iter().zip(&right).enumerate() {
            let value = f64::from((n as i32 % 200 - 100) << (bits - 8)) / full_scale;
            assert_eq!((f64::from(*left), f64::from(*right)), (value, -value), "{bits} bits, sample {n}");
        }
    }
}

#[test]
fn float_plays_bit_for_bit_and_twice_the_same_mono_on_both_sides() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mono.wav");
    let tone: Vec<f32> = (0..RATE_HZ * 2).map(|n| 1.5 * (TAU * 441.0 * n as f32 / RATE_HZ as f32).sin()).collect();
    let mut writer = WavWriter::create(&path, spec(1, 32, SampleFormat::Float)).expect("creates");
    tone.iter().for_each(|sample| writer.write_sample(*sample).expect("writes"));
    writer.finalize().expect("closes");
    let mut recording = Recording::open(&path).expect("opens");
    let first = played(&mut recording);
    assert!(recording.kept.is_some(), "the second time plays from memory");
    assert_eq!(first, [tone.clone(), tone]);
    assert_eq!(played(&mut recording), first);
    recording.kept = None;
    assert_eq!(played(&mut recording), first, "decoded anew");
    assert_eq!(recording.channels(), 1);
    assert!(recording.warnings().is_empty());
}
