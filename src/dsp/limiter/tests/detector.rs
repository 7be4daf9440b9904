//! The detector: the same bits on every processor, and nothing left out that matters.

use super::*;

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
        crate::dsp::wider::NARROW.set(true);
        let narrow = run(&mut Limiter::new(sample_rate), &left, &right, settings);
        crate::dsp::wider::NARROW.set(false);
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
        let (mut every, mut some) = (TruePeak::exact(sample_rate), TruePeak::exact(sample_rate));
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
