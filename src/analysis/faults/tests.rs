use crate::analysis::measurement::{Fault, FaultKind};
use crate::analysis::testing::{analyse, band_limited, drums, noise, sine};

const RATE_HZ: u32 = 44100;

fn faults(left: &[f32], right: &[f32]) -> Vec<Fault> {
    analyse(RATE_HZ, left, right).faults
}

fn of_kind(faults: &[Fault], kind: FaultKind) -> Option<&Fault> {
    faults.iter().find(|fault| fault.kind == kind)
}

/// Twelve seconds without any fault: drums, a chord, air, wide.
fn music() -> (Vec<f32>, Vec<f32>) {
    let (drums, air, tone) = (drums(100.0, RATE_HZ, 12.0), noise(7, RATE_HZ, 12.0), sine(220.0, 0.1, RATE_HZ, 12.0));
    let other_air = noise(8, RATE_HZ, 12.0);
    let mix = |air: &[f32]| (0..tone.len()).map(|n| 0.5 * drums[n] + 0.02 * air[n] + tone[n]).collect();
    (mix(&air), mix(&other_air))
}

fn each(samples: &[f32], change: impl Fn(f32) -> f32) -> Vec<f32> {
    samples.iter().map(|sample| change(*sample)).collect()
}

#[test]
fn clean_music_has_no_faults() {
    let (left, right) = music();
    assert_eq!(faults(&left, &right), []);
}

#[test]
fn clipped_peaks_are_found_where_they_are() {
    let (left, right) = music();
    let clip = |samples: &[f32]| -> Vec<f32> {
        let from = 6 * RATE_HZ as usize;
        samples.iter().enumerate().map(|(n, s)| if n < from { 0.5 * s } else { (4.0 * s).clamp(-0.9, 0.9) }).collect()
    };
    let found = faults(&clip(&left), &clip(&right));
    let fault = of_kind(&found, FaultKind::Clipping).expect("clipped");
    assert!((6.0..7.0).contains(&fault.from_s) && fault.to_s > 11.0, "{fault:?}");
    assert!(fault.message.contains("−0.9 dBFS") && fault.message.contains("0:06"), "{}", fault.message);
}

#[test]
fn a_slow_wave_in_sixteen_bits_is_not_clipped() {
    // Its rounded top stands still for many samples, one step of the converter wide.
    let bass = each(&sine(40.0, 0.99, RATE_HZ, 12.0), |sample| (sample * 32768.0).round() / 32768.0);
    assert!(bass.windows(3).any(|three| three[0] == three[1] && three[1] == three[2] && three[0].abs() > 0.98));
    assert_eq!(of_kind(&faults(&bass, &bass), FaultKind::Clipping), None);
}

#[test]
fn a_constant_offset_is_told_with_its_size() {
    let (left, right) = (sine(220.0, 0.3, RATE_HZ, 12.0), sine(440.0, 0.3, RATE_HZ, 12.0));
    let found = faults(&each(&left, |sample| sample + 0.02), &right);
    let fault = of_kind(&found, FaultKind::Dc).expect("offset");
    assert!(
        fault.message.contains("2.00 % on the left") && fault.message.contains("0.00 % on the right"),
        "{}",
        fault.message
    );
}

#[test]
fn a_silent_channel_is_missing() {
    let (left, _) = music();
    let silent = vec![0.0; left.len()];
    let found = faults(&left, &silent);
    assert!(of_kind(&found, FaultKind::ChannelMissing).expect("missing").message.contains("right"));
    let quiet = each(&left, |sample| sample * 0.01);
    assert_eq!(of_kind(&faults(&left, &quiet), FaultKind::ChannelMissing), None);
}

#[test]
fn a_channel_turned_over_is_found() {
    let (left, right) = music();
    let found = faults(&left, &each(&right, |sample| -sample));
    assert!(of_kind(&found, FaultKind::ChannelInverted).is_some(), "{found:?}");
    let wide = faults(&noise(1, RATE_HZ, 12.0), &noise(2, RATE_HZ, 12.0));
    assert_eq!(of_kind(&wide, FaultKind::ChannelInverted), None);
}

#[test]
fn squashed_music_is_limited_already() {
    let (left, right) = music();
    let squash = |samples: &[f32]| each(samples, |sample| (sample * 30.0).tanh() * 0.8);
    let found = faults(&squash(&left), &squash(&right));
    assert!(of_kind(&found, FaultKind::AlreadyLimited).is_some(), "{found:?}");
}

#[test]
fn the_edge_of_a_codec_is_found_at_its_frequency() {
    let (left, right) = (noise(1, RATE_HZ, 4.0), noise(2, RATE_HZ, 4.0));
    for cutoff_hz in [11500.0, 16000.0, 19000.0] {
        let found = faults(&band_limited(&left, cutoff_hz, RATE_HZ), &band_limited(&right, cutoff_hz, RATE_HZ));
        let message = &of_kind(&found, FaultKind::CodecLowPass).expect("an edge").message;
        let khz: f64 = message.split(' ').nth(2).and_then(|word| word.parse().ok()).expect("a number");
        assert!((khz * 1000.0 - cutoff_hz).abs() <= 300.0, "{cutoff_hz}: {message}");
    }
    // What ends at 20.5 kHz was cut by a converter.
    let full = faults(&band_limited(&left, 20500.0, RATE_HZ), &band_limited(&right, 20500.0, RATE_HZ));
    assert_eq!(of_kind(&full, FaultKind::CodecLowPass), None);
}

#[test]
fn a_dull_mix_is_not_a_codec() {
    // A first-order low-pass at 1 kHz and another at 4 kHz.
    let dull = |samples: Vec<f32>| -> Vec<f32> {
        let (mut one, mut two) = (0.0, 0.0);
        let filter = |sample: f32| {
            one += 0.13 * (sample - one);
            two += 0.43 * (one - two);
            two
        };
        samples.into_iter().map(filter).collect()
    };
    let found = faults(&dull(noise(1, RATE_HZ, 12.0)), &dull(noise(2, RATE_HZ, 12.0)));
    assert_eq!(of_kind(&found, FaultKind::CodecLowPass), None);
}

#[test]
fn hum_is_found_under_music_that_pauses() {
    let (left, right) = music();
    // Bars of silence between the beats, so that there are quiet moments.
    let gate = |samples: &[f32]| -> Vec<f32> {
        let bar = 3 * RATE_HZ as usize;
        samples.iter().enumerate().map(|(n, sample)| if n % bar < bar / 2 { *sample } else { sample * 0.001 }).collect()
    };
    let (left, right) = (gate(&left), gate(&right));
    assert_eq!(of_kind(&faults(&left, &right), FaultKind::Hum), None);
    for mains_hz in [50.0, 60.0] {
        let hum: Vec<f32> = sine(mains_hz, 0.002, RATE_HZ, 12.0)
            .iter()
            .zip(sine(2.0 * mains_hz, 0.001, RATE_HZ, 12.0))
            .zip(sine(3.0 * mains_hz, 0.001, RATE_HZ, 12.0))
            .map(|((one, two), three)| one + two + three)
            .collect();
        let add =
            |samples: &[f32]| -> Vec<f32> { samples.iter().zip(&hum).map(|(sample, hum)| sample + hum).collect() };
        let found = faults(&add(&left), &add(&right));
        let fault = of_kind(&found, FaultKind::Hum).expect("hum");
        assert!(fault.from_s == 0.0 && fault.to_s > 11.0, "{fault:?}");
        let message = &fault.message;
        assert!(message.contains(&format!("Hum of the {mains_hz:.0} Hz mains")), "{message}");
    }
}

#[test]
fn a_bass_line_is_not_hum() {
    // The notes nearest to the mains' multiples: G1, B1, G2, B2, held for whole bars.
    let notes = [49.0, 61.74, 98.0, 123.47];
    let line: Vec<f32> = notes
        .iter()
        .flat_map(|hz| {
            let (one, two) = (sine(*hz, 0.2, RATE_HZ, 3.0), sine(2.0 * hz, 0.1, RATE_HZ, 3.0));
            one.into_iter().zip(two).map(|(one, two)| one + two).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(of_kind(&faults(&line, &line), FaultKind::Hum), None);
}

#[test]
fn silence_counts_in_the_middle_only() {
    let (left, right) = music();
    let silence = vec![0.0; 5 * RATE_HZ as usize];
    let around = [silence.clone(), left.clone(), silence.clone()].concat();
    assert_eq!(of_kind(&faults(&around, &around), FaultKind::Silence), None);
    let parted = |samples: &[f32]| [samples, &silence, samples].concat();
    let found = faults(&parted(&left), &parted(&right));
    let fault = of_kind(&found, FaultKind::Silence).expect("silence");
    assert!((fault.from_s - 12.0).abs() < 0.3 && (fault.to_s - 17.0).abs() < 0.3, "{fault:?}");
    let nothing = faults(&silence, &silence);
    assert_eq!(nothing.len(), 1, "{nothing:?}");
    assert_eq!(nothing[0].kind, FaultKind::Silence);
}

#[test]
fn too_little_and_what_is_no_number_are_told() {
    let (mut left, right) = music();
    let found = faults(&left[..RATE_HZ as usize * 2], &right[..RATE_HZ as usize * 2]);
    assert!(of_kind(&found, FaultKind::TooShort).expect("too short").message.contains("2.0 s"));
    left[RATE_HZ as usize * 5] = f32::NAN;
    left[RATE_HZ as usize * 9] = f32::INFINITY;
    let found = faults(&left, &right);
    let fault = of_kind(&found, FaultKind::NotFinite).expect("not finite");
    assert!((fault.from_s, fault.to_s) == (5.0, 9.0) && fault.message.starts_with("2 samples"), "{fault:?}");
}

#[test]
fn noise_at_the_ends_is_told_and_a_fade_is_not() {
    let (left, right) = music();
    // Uniform noise of ±0.5 has -10.8 dBFS: at 1/300 it has -60.3.
    let hiss: Vec<f32> = each(&noise(11, RATE_HZ, 2.0), |sample| sample / 300.0);
    let framed = |samples: &[f32]| [&hiss, samples, &hiss[..RATE_HZ as usize]].concat();
    let found = faults(&framed(&left), &framed(&right));
    let noises: Vec<_> = found.iter().filter(|fault| fault.kind == FaultKind::NoiseAtTheEnds).collect();
    assert_eq!(noises.len(), 2, "{found:?}");
    assert!(noises[0].from_s == 0.0 && (noises[0].to_s - 2.0).abs() < 0.25, "{:?}", noises[0]);
    assert!((noises[1].from_s - 14.0).abs() < 0.25 && noises[1].message.contains("−60 dBFS"), "{:?}", noises[1]);
    let fade = |samples: &[f32]| -> Vec<f32> {
        let length = samples.len() as f32;
        samples.iter().enumerate().map(|(n, sample)| sample * 10f32.powf(-5.0 * n as f32 / length)).collect()
    };
    assert_eq!(of_kind(&faults(&fade(&left), &fade(&right)), FaultKind::NoiseAtTheEnds), None);
}

#[test]
fn what_is_lost_in_mono_is_told_for_its_band() {
    let (left, right) = (noise(1, RATE_HZ, 12.0), noise(2, RATE_HZ, 12.0));
    assert_eq!(of_kind(&faults(&left, &right), FaultKind::MonoLoss), None);
    // One tone in phase, one between 120 Hz and 1 kHz turned over on the right.
    let (low, middle) = (sine(60.0, 0.3, RATE_HZ, 12.0), sine(500.0, 0.3, RATE_HZ, 12.0));
    let add = |sign: f32| -> Vec<f32> { low.iter().zip(&middle).map(|(low, middle)| low + sign * middle).collect() };
    let found = faults(&add(1.0), &add(-0.9));
    let message = &of_kind(&found, FaultKind::MonoLoss).expect("lost in mono").message;
    // Mid has 0.05, side 0.95 of the tone: 25.6 dB are lost.
    assert!(message.contains("From 120 to 1000 Hz 25.6 dB"), "{message}");
}

#[test]
fn what_is_lost_in_mono_is_told_for_its_time() {
    // In phase for the first twelve seconds, turned over for the next.
    let (low, middle) = (sine(60.0, 0.3, RATE_HZ, 24.0), sine(500.0, 0.3, RATE_HZ, 24.0));
    let add = |late: f32| -> Vec<f32> {
        let sign = |n: usize| if n < 12 * RATE_HZ as usize { 1.0 } else { late };
        low.iter().zip(&middle).enumerate().map(|(n, (low, middle))| low + sign(n) * middle).collect()
    };
    let found = faults(&add(1.0), &add(-1.0));
    assert_eq!(of_kind(&found, FaultKind::MonoLoss), None, "half of it is there in mono");
    let mostly = |samples: Vec<f32>| samples[8 * RATE_HZ as usize..].to_vec();
    let found = faults(&mostly(add(1.0)), &mostly(add(-1.0)));
    let fault = of_kind(&found, FaultKind::MonoLoss).expect("lost in mono");
    assert!((2.0..=5.0).contains(&fault.from_s) && fault.to_s > 15.5, "{fault:?}");
}

#[test]
fn clipping_is_told_with_where_most_of_it_is() {
    let (mut left, right) = music();
    for (second, runs) in [(2, 4), (8, 30)] {
        for run in 0..runs {
            let start = second * RATE_HZ as usize + run * 200;
            left[start..start + 8].fill(1.0);
        }
    }
    let fault = of_kind(&faults(&left, &right), FaultKind::Clipping).expect("clipping").clone();
    assert!(fault.message.contains("34 times") && fault.message.contains("most at 0:08"), "{}", fault.message);
}
