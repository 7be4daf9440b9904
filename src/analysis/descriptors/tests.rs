use std::f64::consts::TAU;

use super::DESCRIPTORS;
use crate::analysis::testing::{analyse, drums, noise, sine};

const RATE_HZ: u32 = 44100;

/// Second-order sections after Bristow-Johnson's cookbook: a bell, or a high shelf.
fn equalised(samples: &[f32], shelf: bool, hz: f64, gain_db: f64, q: f64) -> Vec<f32> {
    let a = 10f64.powf(gain_db / 40.0);
    let w = TAU * hz / f64::from(RATE_HZ);
    let (cos, alpha) = (w.cos(), w.sin() / (2.0 * q));
    let root = 2.0 * a.sqrt() * alpha;
    let (b, c) = if shelf {
        (
            [
                a * ((a + 1.0) + (a - 1.0) * cos + root),
                -2.0 * a * ((a - 1.0) + (a + 1.0) * cos),
                a * ((a + 1.0) + (a - 1.0) * cos - root),
            ],
            [
                (a + 1.0) - (a - 1.0) * cos + root,
                2.0 * ((a - 1.0) - (a + 1.0) * cos),
                (a + 1.0) - (a - 1.0) * cos - root,
            ],
        )
    } else {
        ([1.0 + alpha * a, -2.0 * cos, 1.0 - alpha * a], [1.0 + alpha / a, -2.0 * cos, 1.0 - alpha / a])
    };
    let mut state = [0.0; 2];
    let filter = |sample: &f32| {
        let x = f64::from(*sample);
        let y = (b[0] * x + state[0]) / c[0];
        state[0] = b[1] * x - c[1] * y + state[1];
        state[1] = b[2] * x - c[2] * y;
        y as f32
    };
    samples.iter().map(filter).collect()
}

/// Drums over air, a little wide.
fn drum_music(bpm: f64, air: f32) -> (Vec<f32>, Vec<f32>) {
    let (drums, one, two) = (drums(bpm, RATE_HZ, 20.0), noise(7, RATE_HZ, 20.0), noise(8, RATE_HZ, 20.0));
    let mix = |hiss: &[f32]| drums.iter().zip(hiss).map(|(drum, hiss)| 0.4 * drum + air * hiss).collect();
    (mix(&one), mix(&two))
}

fn describe((left, right): &(Vec<f32>, Vec<f32>)) -> Vec<f32> {
    let values = analyse(RATE_HZ, left, right).descriptors;
    assert_eq!(values.len(), DESCRIPTORS);
    values
}

/// Where a kind of descriptor lies in the order, by the table of the module.
const KINDS: [(&str, std::ops::Range<usize>); 23] = [
    ("percentiles", 0..186),
    ("change", 186..217),
    ("rises", 217..248),
    ("itself", 248..341),
    ("next", 341..371),
    ("fourth", 371..398),
    ("bass", 398..429),
    ("loud", 429..460),
    ("quiet", 460..491),
    ("side", 491..522),
    ("flatness", 522..553),
    ("flatness 90 %", 553..584),
    ("flatness 10 %", 584..615),
    ("flatness by power", 615..646),
    ("flatness and level", 646..677),
    ("flatness and the next level", 677..707),
    ("the next flatness and level", 707..737),
    ("flatness and rank", 737..768),
    ("level and rank", 768..799),
    ("second", 799..828),
    ("eighth", 828..851),
    ("changes together", 851..881),
    ("asymmetry", 881..912),
];

fn rms_distance(one: &[f32], other: &[f32], range: std::ops::Range<usize>) -> f64 {
    let count = range.len() as f64;
    (range.map(|n| f64::from(one[n] - other[n]).powi(2)).sum::<f64>() / count).sqrt()
}

#[test]
fn an_equaliser_moves_them_little_and_other_music_much() {
    let music = drum_music(100.0, 0.05);
    let plain = describe(&music);
    let eq = |samples: &[f32]| equalised(&equalised(samples, false, 300.0, -6.0, 0.7), true, 3000.0, 6.0, 0.7);
    let bent = describe(&(eq(&music.0), eq(&music.1)));
    // Other music: faster, airier, with a chord that swells.
    let (left, right) = drum_music(140.0, 0.3);
    let swell = |n: usize| (TAU * n as f64 / (3.0 * f64::from(RATE_HZ))).sin().powi(2) as f32;
    let chord: Vec<f32> = [220.0, 277.2, 1318.5].iter().fold(vec![0.0; left.len()], |sum, hz| {
        sum.iter()
            .zip(sine(*hz, 0.2, RATE_HZ, 20.0))
            .enumerate()
            .map(|(n, (sum, tone))| sum + swell(n) * tone)
            .collect()
    });
    let with_chord = |samples: &[f32]| samples.iter().zip(&chord).map(|(sample, tone)| sample + tone).collect();
    let other = describe(&(with_chord(&left), with_chord(&right)));
    for (kind, range) in KINDS {
        let (moved, apart) = (rms_distance(&plain, &bent, range.clone()), rms_distance(&plain, &other, range));
        assert!(moved < 0.25 * apart, "{kind}: the equaliser moves it by {moved}, other music by {apart}");
    }
}

#[test]
fn a_change_of_gain_alone_moves_nothing_but_rounding() {
    let music = drum_music(100.0, 0.05);
    let quieter = |samples: &[f32]| samples.iter().map(|sample| sample * 0.5).collect::<Vec<f32>>();
    let (plain, half) = (describe(&music), describe(&(quieter(&music.0), quieter(&music.1))));
    for (kind, range) in KINDS {
        // Levels and ranks are counted in classes of 0.5 and 1 dB.
        let moved = rms_distance(&plain, &half, range);
        assert!(moved < 0.4, "{kind}: {moved}");
    }
}

#[test]
fn what_theory_knows_about_noise() {
    let values = describe(&(noise(1, RATE_HZ, 30.0), noise(2, RATE_HZ, 30.0)));
    // Side is as loud as mid; neighbours hardly know of each other; the logarithm of a power spread like chi squared with two
    // degrees lies 0.577 (Euler's constant) under that of its mean.
    for band in 18..28 {
        assert!((values[491 + band]).abs() < 0.3, "side {band}: {}", values[491 + band]);
        assert!((values[371 + band.min(26)]).abs() < 0.15, "fourth {band}: {}", values[371 + band.min(26)]);
        assert!((values[522 + band] + 0.577).abs() < 0.06, "flatness {band}: {}", values[522 + band]);
        assert!((values[186 + band]) < 3.0, "change {band}: {}", values[186 + band]);
    }
    // One second apart noise knows nothing of itself.
    for band in 10..30 {
        assert!(values[310 + band].abs() < 0.15, "itself {band}: {}", values[310 + band]);
    }
}

#[test]
fn too_little_is_not_described() {
    let music = noise(1, RATE_HZ, 3.0);
    assert!(analyse(RATE_HZ, &music, &music).descriptors.is_empty());
    let silence = vec![0.0; 20 * RATE_HZ as usize];
    assert!(analyse(RATE_HZ, &silence, &silence).descriptors.is_empty());
}
