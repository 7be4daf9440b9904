//! What is no sample goes in and does no harm.

use super::{
    settings::any_settings,
    signals::{Noise, first_difference, music},
};
use lacquer::{dsp::Chain, settings::ChainSettings};

const FAULTS: [f32; 9] =
    [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -3.4e38, 1e-40, -1e-45, f32::MIN_POSITIVE / 2.0, -f32::NAN];

fn is_sound(sample: f32) -> bool {
    sample.is_finite() && !sample.is_subnormal()
}

#[test]
fn faults_are_silence_to_every_setting_and_leave_no_trace() {
    let mut noise = Noise(13);
    for case in 0..16 {
        let settings = if case == 0 { ChainSettings::default() } else { any_settings(&mut noise) };
        let (mut left, mut right) = (music(14, 12_000), music(15, 12_000));
        let (mut clean_left, mut clean_right) = (left.clone(), right.clone());
        for n in 3000..6000 {
            if noise.below(3) == 0 {
                left[n] = FAULTS[noise.below(FAULTS.len())];
                clean_left[n] = 0f32.copysign(left[n]);
            }
            if n > 5000 {
                right[n] = FAULTS[noise.below(FAULTS.len())];
                clean_right[n] = 0f32.copysign(right[n]);
            }
        }
        let meters = Chain::new(48_000.0, settings.eq.phase).process(&settings, &mut left, &mut right);
        Chain::new(48_000.0, settings.eq.phase).process(&settings, &mut clean_left, &mut clean_right);
        assert!(left.iter().chain(&right).all(|sample| is_sound(*sample)), "{settings:?}");
        assert_eq!(first_difference(&left, &clean_left), None, "{settings:?}");
        assert_eq!(first_difference(&right, &clean_right), None, "{settings:?}");
        assert!(meters.input_peak.iter().chain(&meters.output_peak).all(|peak| is_sound(*peak)));
    }
}

#[test]
fn the_loudest_samples_and_the_faintest_stay_numbers() {
    let mut noise = Noise(16);
    for _ in 0..16 {
        let settings = any_settings(&mut noise);
        let mut chain = Chain::new(48_000.0, settings.eq.phase);
        for level in [1e6, 1e-37, 1.0, 1e-30, 0.0] {
            let mut left: Vec<f32> = (0..3000).map(|_| level * (2.0 * noise.share() - 1.0)).collect();
            let mut right = left.clone();
            right.reverse();
            let meters = chain.process(&settings, &mut left, &mut right);
            assert!(left.iter().chain(&right).all(|sample| is_sound(*sample)), "level {level}: {settings:?}");
            assert!(meters.compressor_reduction_db.iter().all(|db| db.is_finite()));
            assert!(meters.limiter_reduction_db.is_finite());
        }
    }
}

/// A tail that fades to nothing must not end as the smallest number for ever, which processors are slow with.
#[test]
fn silence_in_becomes_silence_out() {
    let mut settings = ChainSettings::default();
    for band in &mut settings.eq.bands {
        band.on = true;
        band.gain_db = 3.0;
    }
    settings.compressor.on = true;
    settings.compressor.band_count = 4;
    settings.imager.on = true;
    settings.imager.widths_percent = [110.0; 4];
    settings.limiter.on = true;
    settings.limiter.drive_db = 6.0;
    let mut chain = Chain::new(8_000.0, settings.eq.phase);
    let (mut left, mut right) = (music(17, 8_000), music(18, 8_000));
    chain.process(&settings, &mut left, &mut right);
    let mut last = 0;
    for second in 0..30 {
        let (mut left, mut right) = ([0f32; 8_000], [0f32; 8_000]);
        chain.process(&settings, &mut left, &mut right);
        if left.iter().chain(&right).any(|sample| *sample != 0.0) {
            last = second;
        }
    }
    assert!(last < 20, "still sounding after {last} seconds of silence");
}
