//! Masters and music made up for the tests: a known Gaussian of shapes, and drums over noise.

use nalgebra::{DMatrix, DVector};

use super::{
    Excerpt, Learner, Target,
    gaussian::Gaussian,
    shape::{FIRST_BAND, SHAPE_BANDS},
};
use crate::analysis::measurement::{
    DYNAMICS_BANDS, DYNAMICS_EDGES_HZ, Measurement, THIRD_OCTAVES, third_octave_centre_hz,
};

/// xorshift64*: the same numbers on every machine.
pub struct Random(pub u64);

impl Random {
    /// Even between 0 and 1.
    pub fn even(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal (Box-Muller).
    pub fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.even()).ln()).sqrt() * (std::f64::consts::TAU * self.even()).cos()
    }
}

/// The Gaussian that shapes are drawn from: falling by 3 dB an octave, 4 dB of spread that reaches far and 2 dB that doesn't.
pub fn truth() -> Gaussian {
    let middle = (SHAPE_BANDS - 1) as f64 / 2.0;
    Gaussian {
        mean: DVector::from_fn(SHAPE_BANDS, |band, _| middle - band as f64),
        covariance: DMatrix::from_fn(SHAPE_BANDS, SHAPE_BANDS, |row, column| {
            let apart = row.abs_diff(column) as f64;
            16.0 * (-0.5 * (apart / 9.0).powi(2)).exp() + 4.0 * (-apart / 2.0).exp()
        }),
    }
}

/// A measurement with this shape and ordinary figures; `random` moves the figures a little.
pub fn song_of(shape: &[f64], random: &mut Random) -> Measurement {
    let mut song =
        Measurement { sample_rate_hz: 48000, channels: 2, heard_s: 180.0, gated_s: 170.0, ..Default::default() };
    let at = |band: usize| {
        let inside = band.clamp(FIRST_BAND, FIRST_BAND + SHAPE_BANDS - 1);
        shape[inside - FIRST_BAND] - 30.0 - if band < FIRST_BAND { 25.0 } else { 0.0 }
    };
    song.spectrum.centre_hz = (0..THIRD_OCTAVES).map(third_octave_centre_hz).collect();
    song.spectrum.mid_db = (0..THIRD_OCTAVES).map(at).collect();
    song.spectrum.side_db = song.spectrum.mid_db.iter().map(|level| level - 10.0 + random.normal()).collect();
    let loudness = &mut song.loudness;
    loudness.integrated_lufs = -16.0 + random.normal();
    loudness.true_peak_dbtp = -2.0;
    loudness.plr_db = 13.0 + random.normal();
    loudness.range_lu = 6.0 + 0.8 * random.normal();
    for band in 0..DYNAMICS_BANDS {
        let spread = 8.0 + 1.5 * random.normal();
        let dynamics = &mut song.dynamics.bands[band];
        (dynamics.low_hz, dynamics.high_hz) = (DYNAMICS_EDGES_HZ[band], DYNAMICS_EDGES_HZ[band + 1]);
        dynamics.crest_db = 15.0 + 1.5 * random.normal();
        dynamics.level_percentiles_db = [-40.0, -30.0, -30.0 + 0.5 * spread, -30.0 + spread, -28.0 + spread];
        dynamics.onsets_per_s = 2.5;
        let stereo = &mut song.stereo.bands[band];
        stereo.correlation = 0.8 + 0.05 * random.normal();
        stereo.side_mid_db = -10.0 + 1.5 * random.normal();
    }
    song.dynamics.onsets_per_s = 3.0;
    song.stereo.correlation = 0.8 + 0.04 * random.normal();
    song
}

/// A shape drawn from [`truth`].
pub fn drawn_shape(random: &mut Random) -> Vec<f64> {
    let truth = truth();
    let root = nalgebra::Cholesky::new(truth.covariance.clone()).expect("positive definite").l();
    let shape = &truth.mean + root * DVector::from_fn(SHAPE_BANDS, |_, _| random.normal());
    shape.as_slice().to_vec()
}

/// A target learned from made-up masters, `songs` of them.
pub fn target(songs: usize) -> Target {
    let mut random = Random(77);
    let mut learner = Learner::new("all");
    for song in 0..songs {
        let shape = drawn_shape(&mut random);
        learner.add(&format!("album {song}"), &song_of(&shape, &mut random));
    }
    learner.finish_upon(None).expect("enough songs")
}

/// Drums over a bed of noise, `seconds` at 44.1 kHz, peaking at about -6 dBFS.
pub fn music(seconds: f64) -> Excerpt {
    let rate = 44100.0;
    let mut random = Random(5);
    let mut excerpt = Excerpt { sample_rate_hz: 44100, ..Excerpt::default() };
    let (mut low, mut wide) = (0.0, 0.0);
    for frame in 0..(seconds * rate) as usize {
        let time_s = frame as f64 / rate;
        let beat = (time_s * 2.0).fract() / 2.0;
        let kick = (-beat * 18.0).exp() * (std::f64::consts::TAU * (50.0 * beat + 8.0 * (-beat * 40.0).exp())).sin();
        let offbeat = (time_s * 2.0 + 0.5).fract() / 2.0;
        let snare = (-offbeat * 25.0).exp() * random.normal() * 0.3;
        low += 0.05 * (random.normal() - low);
        wide += 0.3 * (random.normal() - wide);
        let swell = 0.6 + 0.4 * (time_s * 0.4).sin();
        let bed = 0.25 * low + 0.03 * random.normal();
        excerpt.left.push((0.25 * kick + 0.4 * snare + swell * (bed + 0.02 * wide)) as f32);
        excerpt.right.push((0.25 * kick + 0.4 * snare + swell * (bed - 0.02 * wide)) as f32);
    }
    excerpt
}
