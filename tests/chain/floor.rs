//! What the chain adds to a tone when every module is on and none has anything to do.

use lacquer::{
    dsp::Chain,
    settings::{ChainSettings, FilterType, Phase},
};

/// Everything on and idle: bells of a hundredth of a decibel, thresholds and ceiling above the tone.
fn everything_idle() -> ChainSettings {
    let mut settings = ChainSettings::default();
    settings.eq.on = true;
    for (index, band) in settings.eq.bands.iter_mut().enumerate() {
        band.on = true;
        band.filter = FilterType::Bell;
        band.frequency_hz = [30.0, 80.0, 200.0, 500.0, 1000.0, 3000.0, 8000.0, 14_000.0][index];
        band.gain_db = if index % 2 == 0 { 0.01 } else { -0.01 };
    }
    settings.compressor.on = true;
    settings.compressor.band_count = 4;
    for band in &mut settings.compressor.bands {
        band.threshold_db = 0.0;
        band.knee_db = 0.0;
        band.ratio = 4.0;
    }
    settings.imager.on = true;
    settings.imager.widths_percent = [100.0; 4];
    settings.limiter.on = true;
    settings.limiter.ceiling_dbtp = 0.0;
    settings.limiter.soft_clip_on = true;
    settings.limiter.soft_clip_db = 0.0;
    settings
}

/// All that is not the tone, over the tone, dB: what the best fit of a sine, a cosine and a constant leaves (IEEE 1057).
fn residue_db(samples: &[f32], sample_rate: f64, frequency_hz: f64) -> f64 {
    let step = std::f64::consts::TAU * frequency_hz / sample_rate;
    let basis = |n: usize| {
        let (sine, cosine) = (step * n as f64).sin_cos();
        [sine, cosine, 1.0]
    };
    let (mut products, mut sums) = ([[0.0; 3]; 3], [0.0; 3]);
    for (n, sample) in samples.iter().enumerate() {
        let basis = basis(n);
        for row in 0..3 {
            sums[row] += basis[row] * f64::from(*sample);
            for column in 0..3 {
                products[row][column] += basis[row] * basis[column];
            }
        }
    }
    // Elimination: the basis is nearly orthogonal.
    for pivot in 0..3 {
        let (by, by_sum) = (products[pivot], sums[pivot]);
        for row in (0..3).filter(|row| *row != pivot) {
            let share = products[row][pivot] / by[pivot];
            products[row].iter_mut().zip(by).for_each(|(product, by)| *product -= share * by);
            sums[row] -= share * by_sum;
        }
    }
    let fit: [f64; 3] = std::array::from_fn(|row| sums[row] / products[row][row]);
    let rest = samples.iter().enumerate().map(|(n, sample)| {
        let basis = basis(n);
        f64::from(*sample) - basis.iter().zip(fit).map(|(value, share)| value * share).sum::<f64>()
    });
    let power = rest.map(|rest| rest * rest).sum::<f64>() / samples.len() as f64;
    10.0 * (power / (0.5 * (fit[0] * fit[0] + fit[1] * fit[1]))).log10()
}

#[test]
fn a_full_scale_tone_gets_no_noise_and_no_distortion_from_modules_that_have_nothing_to_do() {
    let level = 10f64.powf(-0.3 / 20.0);
    for rate in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        let length = rate as usize;
        // A soft start: a sudden one is a transient, which the crossovers turn and the limiter would see.
        let fade = |n: usize| 0.5 - 0.5 * (std::f64::consts::PI * (n as f64 / (0.1 * rate)).min(1.0)).cos();
        let sine = |n: usize| (std::f64::consts::TAU * 1000.0 * n as f64 / rate).sin();
        let mut left: Vec<f32> = (0..length).map(|n| (level * fade(n) * sine(n)) as f32).collect();
        let mut right: Vec<f32> = left.iter().map(|sample| -0.5 * sample).collect();
        let input_db = residue_db(&left[length / 2..], rate, 1000.0);
        let meters = Chain::new(rate, Phase::Minimum).process(&everything_idle(), &mut left, &mut right);
        assert_eq!(meters.limiter_reduction_db, 0.0, "the limiter is idle");
        assert_eq!(meters.compressor_reduction_db, [0.0; 4], "the compressor is idle");
        for samples in [&left, &right] {
            let output_db = residue_db(&samples[length / 2..], rate, 1000.0);
            println!("{rate} Hz: {output_db:.1} dB, rounding of the input {input_db:.1} dB");
            assert!(output_db < -130.0, "{output_db:.1} dB at {rate} Hz");
        }
    }
}

/// The fit finds what is there.
#[test]
fn a_residue_of_known_size_is_found() {
    let rate = 48_000.0;
    let samples: Vec<f32> = (0..24_001)
        .map(|n| {
            let angle = std::f64::consts::TAU * n as f64 / rate;
            (0.9 * (1000.0 * angle + 0.3).sin() + 0.0009 * (3000.0 * angle).sin() + 0.1) as f32
        })
        .collect();
    assert!((residue_db(&samples, rate, 1000.0) + 60.0).abs() < 0.01);
}
