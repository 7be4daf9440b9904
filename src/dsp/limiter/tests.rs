use super::*;

const RATES: [f64; 7] = [8_000.0, 11_025.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0];

fn on() -> LimiterSettings {
    LimiterSettings { on: true, ..LimiterSettings::default() }
}

/// Runs in segments as the chain does; settings are those of `settings` at each segment's first sample.
fn run(
    limiter: &mut Limiter,
    left: &[f64],
    right: &[f64],
    settings: impl Fn(usize) -> LimiterSettings,
) -> [Vec<f64>; 2] {
    let (mut left, mut right) = (left.to_vec(), right.to_vec());
    for (segment, (left, right)) in
        left.chunks_mut(CONTROL_INTERVAL).zip(right.chunks_mut(CONTROL_INTERVAL)).enumerate()
    {
        limiter.control(&settings(segment * CONTROL_INTERVAL));
        limiter.process(left, right);
    }
    [left, right]
}

fn sine(sample_rate: f64, frequency_hz: f64, amplitude: f64, length: usize) -> Vec<f64> {
    let step = std::f64::consts::TAU * frequency_hz / sample_rate;
    (0..length).map(|n| amplitude * (step * n as f64).sin()).collect()
}

/// Amplitude of one frequency over whole periods of it.
fn amplitude_at(samples: &[f64], sample_rate: f64, frequency_hz: f64) -> f64 {
    let step = std::f64::consts::TAU * frequency_hz / sample_rate;
    let (sin, cos) = samples.iter().enumerate().fold((0.0, 0.0), |(sin, cos), (n, sample)| {
        let (s, c) = (step * n as f64).sin_cos();
        (sin + sample * s, cos + sample * c)
    });
    2.0 * f64::hypot(sin, cos) / samples.len() as f64
}

#[test]
fn latency_is_at_most_5_ms_and_off_or_idle_is_a_bit_exact_delay_at_every_rate() {
    for sample_rate in RATES {
        let idle = LimiterSettings { ceiling_dbtp: 0.0, ..on() };
        for settings in [LimiterSettings::default(), idle] {
            let mut limiter = Limiter::new(sample_rate);
            let latency = limiter.latency();
            assert!(latency as f64 <= 0.005 * sample_rate);
            let (left, right) = (sine(sample_rate, 997.0, 0.9, 4000), sine(sample_rate, 61.0, 0.7, 4000));
            let [out_left, out_right] = run(&mut limiter, &left, &right, |_| settings);
            assert_eq!(out_left[latency..], left[..4000 - latency]);
            assert_eq!(out_right[latency..], right[..4000 - latency]);
            assert_eq!(limiter.take_reduction_db(), 0.0);
        }
    }
}

#[test]
fn reduction_is_what_the_peak_needs_and_is_reported() {
    let rate = 48_000.0;
    let mut limiter = Limiter::new(rate);
    let settings = LimiterSettings { drive_db: 7.0, ceiling_dbtp: -2.0, ..on() };
    let tone = sine(rate, 1000.0, 1.0, 48_000);
    let [left, _] = run(&mut limiter, &tone, &tone, |_| settings);
    let reduction_db = limiter.take_reduction_db();
    assert!((reduction_db - 9.0).abs() < 0.02, "{reduction_db}");
    let peak_db = crate::dsp::gain_to_db(amplitude_at(&left[24_000..], rate, 1000.0));
    assert!((peak_db + 2.0).abs() < 0.02, "{peak_db}");
}

#[test]
fn a_bass_tone_in_deep_limiting_is_clean() {
    let rate = 48_000.0;
    let tone = sine(rate, 100.0, 1.0, 96_000);
    for auto_release in [false, true] {
        let settings = LimiterSettings { drive_db: 6.0, ceiling_dbtp: 0.0, auto_release, ..on() };
        let [left, _] = run(&mut Limiter::new(rate), &tone, &tone, |_| settings);
        let steady = &left[48_000..];
        let fundamental = amplitude_at(steady, rate, 100.0);
        let total: f64 = steady.iter().map(|y| y * y).sum::<f64>() / steady.len() as f64;
        let rest = (total - 0.5 * fundamental * fundamental).max(0.0) / (0.5 * fundamental * fundamental);
        let thd_n_db = 10.0 * rest.max(1e-20).log10();
        println!("THD+N {thd_n_db:.1} dB");
        assert!(thd_n_db < -100.0, "THD+N {thd_n_db:.1} dB");
    }
}

#[test]
fn linked_channels_share_their_gain_and_unlinked_ones_do_not() {
    let rate = 48_000.0;
    let (loud, quiet) = (sine(rate, 1000.0, 2.0, 24_000), sine(rate, 1500.0, 0.1, 24_000));
    for (link, expected_db) in [(100.0, -7.02), (50.0, -3.51), (0.0, 0.0)] {
        let settings = LimiterSettings { stereo_link_percent: link, ..on() };
        let [_, right] = run(&mut Limiter::new(rate), &loud, &quiet, |_| settings);
        let gain_db = crate::dsp::gain_to_db(amplitude_at(&right[14_400..], rate, 1500.0) / 0.1);
        assert!((gain_db - expected_db).abs() < 0.03, "link {link} %: {gain_db} dB");
    }
}

#[test]
fn switching_does_not_click() {
    let rate = 48_000.0;
    let tone = sine(rate, 50.0, 0.8, 48_000);
    // Both the limited tone and the plain one move by no more than this from sample to sample.
    let steepest = 0.8 * std::f64::consts::TAU * 50.0 / rate;
    let settings = |n: usize| LimiterSettings {
        on: (n / 9_600) % 2 == 1,
        ceiling_dbtp: -9.0,
        soft_clip_on: (n / 3_200) % 2 == 1,
        ..LimiterSettings::default()
    };
    let [left, _] = run(&mut Limiter::new(rate), &tone, &tone, settings);
    let step = left.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f64::max);
    assert!(step < 1.6 * steepest, "a step of {step} where the tone has {steepest}");
}

/// What else is in a signal of a loud 60 Hz and a soft 7 kHz tone after 6 dB of limiting, relative to the latter (SMPTE RP 120).
#[test]
fn bass_does_not_modulate_treble() {
    let rate = 48_000.0;
    let input: Vec<f64> = sine(rate, 60.0, 0.8, 96_000)
        .iter()
        .zip(sine(rate, 7000.0, 0.2, 96_000))
        .map(|(bass, treble)| bass + treble)
        .collect();
    let settings = LimiterSettings { drive_db: 6.0, ceiling_dbtp: 0.0, ..on() };
    let [left, _] = run(&mut Limiter::new(rate), &input, &input, |_| settings);
    let steady = &left[48_000..];
    let treble = amplitude_at(steady, rate, 7000.0);
    let sidebands: f64 = (1..=8)
        .flat_map(|order| [7000.0 - 60.0 * f64::from(order), 7000.0 + 60.0 * f64::from(order)])
        .map(|frequency_hz| amplitude_at(steady, rate, frequency_hz).powi(2))
        .sum();
    let intermodulation_db = 10.0 * (sidebands / treble.powi(2)).max(1e-20).log10();
    println!("intermodulation {intermodulation_db:.1} dB");
    assert!(intermodulation_db < -80.0, "{intermodulation_db:.1} dB");
}

/// A short peak is over soon, sustained reduction comes back slowly: what auto release is for.
#[test]
fn auto_release_is_short_after_a_peak_and_long_after_sustained_reduction() {
    let rate = 48_000.0;
    // Reduction 300 ms after 6 dB over the ceiling that lasted so long, seen on a soft tone.
    let rest_db = |loud_s: f64| {
        let loud = (loud_s * rate) as usize;
        let tone: Vec<f64> = sine(rate, 1000.0, 1.0, loud + 24_000)
            .iter()
            .enumerate()
            .map(|(n, sample)| if n < loud { 2.0 * sample } else { 0.1 * sample })
            .collect();
        let settings = LimiterSettings { ceiling_dbtp: 0.0, release_ms: 100.0, ..on() };
        let [left, _] = run(&mut Limiter::new(rate), &tone, &tone, |_| settings);
        let from = loud + 14_400;
        -crate::dsp::gain_to_db(amplitude_at(&left[from..from + 480], rate, 1000.0) / 0.1)
    };
    let (short, long) = (rest_db(0.01), rest_db(3.0));
    assert!(short < 0.4, "{short} dB after a peak");
    assert!(long > 2.5, "{long} dB after three seconds");
}

/// What the soft clip adds that is no harmonic of the tone has been folded back from beyond half the sample rate.
#[test]
fn the_soft_clip_does_not_alias() {
    let rate = 48_000.0;
    let tone = sine(rate, 5000.0, 1.2, 96_000);
    let settings = LimiterSettings { soft_clip_on: true, soft_clip_db: 3.0, ceiling_dbtp: 0.0, ..on() };
    let [left, _] = run(&mut Limiter::new(rate), &tone, &tone, |_| settings);
    let steady = &left[48_000..];
    let level_db = |frequency_hz: f64| crate::dsp::gain_to_db(amplitude_at(steady, rate, frequency_hz));
    assert!(level_db(15_000.0) > -60.0, "it bends: {}", level_db(15_000.0));
    // The harmonics of odd order that fold to below 20 kHz. The fifth lands at 23 kHz, where the filters are still falling.
    let folded = [7u32, 9, 11, 13].map(|order| {
        let frequency_hz = 5000.0 * f64::from(order) % rate;
        level_db(frequency_hz.min(rate - frequency_hz))
    });
    println!("{folded:.1?}");
    assert!(folded.iter().all(|db| *db < -80.0), "{folded:.1?}");
}

/// Something of everything: noise in bursts, a tone, silence, and one channel louder than the other.
fn programme(sample_rate: f64, length: usize) -> [Vec<f64>; 2] {
    let mut state = 3u64;
    let mut noise = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1u32 << 23) - 1.0
    };
    let bass = sine(sample_rate, 70.0, 0.8, length);
    let left: Vec<f64> = (0..length)
        .map(|n| match n / 700 % 4 {
            0 => bass[n],
            1 => bass[n] + 0.5 * noise(),
            2 => 0.0,
            _ => 0.3 * noise(),
        })
        .collect();
    let right = left.iter().map(|sample| 0.7 * sample + 0.1 * noise()).collect();
    [left, right]
}

#[test]
fn wider_instructions_give_the_same_bits() {
    for sample_rate in [8_000.0, 48_000.0, 96_000.0, 192_000.0] {
        let [left, right] = programme(sample_rate, 12_000);
        let settings = |n: usize| LimiterSettings {
            drive_db: [9.0, 0.0, 3.0][n / 3000 % 3],
            soft_clip_on: n > 4000,
            stereo_link_percent: if n > 8000 { 60.0 } else { 100.0 },
            auto_release: n % 2000 < 1000,
            ..on()
        };
        let wide = run(&mut Limiter::new(sample_rate), &left, &right, settings);
        super::wider::NARROW.set(true);
        let narrow = run(&mut Limiter::new(sample_rate), &left, &right, settings);
        super::wider::NARROW.set(false);
        let bits = |rows: [Vec<f64>; 2]| rows.map(|row| row.into_iter().map(f64::to_bits).collect::<Vec<_>>());
        assert!(bits(wide) == bits(narrow), "{sample_rate} Hz");
    }
}

/// Where the bound spares the detector its filters, these would have found nothing above the threshold: the greatest peaks
/// found with a threshold are those found without.
#[test]
fn what_the_bound_leaves_out_is_below_the_threshold() {
    for sample_rate in [8_000.0, 44_100.0, 96_000.0, 192_000.0] {
        let [left, _] = programme(sample_rate, 12_000);
        let left: Vec<f32> = left.iter().map(|sample| *sample as f32).collect();
        let (mut every, mut some) = (TruePeak::new(sample_rate), TruePeak::new(sample_rate));
        let mut spared = 0;
        for (index, samples) in left.chunks(CONTROL_INTERVAL).enumerate() {
            let threshold = 0.25 + 0.25 * (index % 5) as f32;
            let (mut all, mut above) = ([0f32; CONTROL_INTERVAL], [0f32; CONTROL_INTERVAL]);
            let (all, above) = (&mut all[..samples.len()], &mut above[..samples.len()]);
            every.process(samples, 0.0, all);
            some.process(samples, threshold, above);
            spared += usize::from(above.iter().all(|peak| *peak == 0.0) && all.iter().any(|peak| *peak > 0.0));
            for (peak, found) in all.iter().zip(above) {
                assert!(*peak <= threshold || peak == found, "{sample_rate} Hz: {peak} and {found} at {threshold}");
            }
        }
        assert!(spared > 20, "{sample_rate} Hz: the bound spares {spared} pieces");
    }
}
