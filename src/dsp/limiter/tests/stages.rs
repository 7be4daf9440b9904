//! Two stages: what the one behind counts on, and what the one ahead leaves to it.

use super::{
    super::envelope::{Envelope, GUARD, Row},
    *,
};

/// A repeatable generator of numbers from 0 to 1.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Whatever peaks come, and however release and link are automated, no gain around a peak is above the one that was assured when
/// the exact detector had it.
#[test]
fn no_gain_is_above_the_assured_one() {
    const LENGTH: usize = 40_000;
    for (look_ahead, later) in [(227, 93), (34, 28), (460, 190)] {
        let mut dice = Dice(7);
        let mut envelope = Envelope::new(48_000.0, look_ahead, Some(later));
        let mut gains = [vec![1.0; LENGTH], vec![1.0; LENGTH]];
        let mut assured = gains.clone();
        let mut settings = on();
        let mut start = 0;
        while start < LENGTH {
            if dice.roll() < 0.02 {
                settings.release_ms = 10f64.powf(3.0 * dice.roll()) as f32;
                settings.auto_release = dice.roll() < 0.5;
                settings.stereo_link_percent = [0.0, 60.0, 100.0][(3.0 * dice.roll()) as usize];
            }
            envelope.control(&settings);
            let length = CONTROL_INTERVAL.min(LENGTH - start).min(1 + (40.0 * dice.roll()) as usize);
            let often = [0.0, 0.01, 0.3][start / 3000 % 3];
            let ratios = [(); 2].map(|()| -> Vec<f32> {
                let peak = |dice: &mut Dice| if dice.roll() < often { 4.0 * dice.roll() as f32 } else { 0.0 };
                (0..length).map(|_| peak(&mut dice)).collect()
            });
            let mut rows: [Row; 2] = [[1.0; CONTROL_INTERVAL]; 2];
            let in_use = envelope.process([&ratios[0], &ratios[1]], &mut rows).len();
            for channel in 0..2 {
                if let Some(last) = in_use.checked_sub(1) {
                    gains[channel][start..start + length].copy_from_slice(&rows[channel.min(last)][..length]);
                }
                assured[channel][start..start + length].copy_from_slice(&envelope.assured(channel)[..length]);
            }
            start += length;
        }
        let mut tight = 0;
        for (gains, assured) in gains.iter().zip(&assured) {
            for arrival in 0..LENGTH - look_ahead - GUARD - 1 {
                let around = &gains[arrival + look_ahead - GUARD..=arrival + look_ahead + 1 + GUARD];
                let (most, assured) =
                    (around.iter().fold(0f64, |most, gain| most.max(*gain)), assured[arrival + later]);
                assert!(
                    most <= assured + 1e-7,
                    "{most}, where {assured} is assured, at {arrival} ({look_ahead}, {later})"
                );
                tight += usize::from(assured < 0.9 && most > 0.9 * assured);
            }
        }
        assert!(tight > 2000, "next to nothing is assured: {tight} times ({look_ahead}, {later})");
    }
}

/// Up to three quarters of the spectrum the early detector misses nothing, so a steady tone gets what its peak needs and no more.
#[test]
fn a_tone_is_not_reduced_twice() {
    let rate = 48_000.0;
    let settings = LimiterSettings { release_ms: 100.0, ..on() };
    for frequency_hz in [50.0, 1000.0, 7000.0, 12_345.0, 18_000.0] {
        let tone = sine(rate, frequency_hz, 2.0, 24_000);
        let mut limiter = Limiter::new(rate);
        run(&mut limiter, &tone[..12_000], &tone[..12_000], |_| settings);
        limiter.take_reduction_db();
        run(&mut limiter, &tone[12_000..], &tone[12_000..], |_| settings);
        let excess_db = f64::from(limiter.take_reduction_db()) - gain_to_db(2.0) - 1.0;
        assert!(excess_db.abs() < 0.05, "{excess_db} dB too much at {frequency_hz} Hz");
    }
}
