//! Speed of the chain: `cargo bench --no-default-features --bench chain`.
//!
//! Prints CPU seconds for a minute of stereo at 48 kHz, and the same as a ratio to a fixed workload timed in the same run, so
//! that figures of different machines and days compare. Each figure is the fastest of a few runs: others on the machine
//! can only slow a run down.

mod workload;

use cpu_time::ThreadTime;
use lacquer::{
    dsp::Chain,
    settings::{ChainSettings, EQ_BANDS, FilterType, MAX_BANDS, Phase, Placement},
};
use std::hint::black_box;
use workload::{biquads, fastest};

const SAMPLE_RATE: f64 = 48_000.0;
/// Audio for one run.
const SECONDS: f64 = 4.0;
const RUNS: usize = 5;

type Change = fn(&mut ChainSettings);

fn main() {
    let song = song(SAMPLE_RATE);
    let reference = fastest(RUNS, || biquads(&song[0])).as_secs_f64() * 60.0 / SECONDS;
    println!("fixed workload (16 biquads on one channel): {reference:.3} s/min\n");
    println!("{:34} {:>9} {:>9} {:>9} {:>9}", "48 kHz stereo, CPU s/min", "block 64", "ratio", "block 512", "ratio");
    let cases: [(&str, Change); 12] = [
        ("everything off", |s| s.eq.on = false),
        ("EQ on, no band", |_| ()),
        ("EQ, 8 bands", eq),
        ("EQ, linear phase, no band", |s| s.eq.phase = Phase::Linear),
        ("EQ, linear phase, 8 bands", |s| {
            eq(s);
            s.eq.phase = Phase::Linear;
        }),
        ("compressor, 1 band", |s| s.compressor.on = true),
        ("compressor, 4 bands", compressor),
        ("imager, 4 bands", imager),
        ("limiter idle", |s| {
            s.limiter.on = true;
            s.input.gain_db = -24.0;
        }),
        ("limiter, 6 dB of drive", limiter),
        ("limiter with soft clip", |s| {
            limiter(s);
            s.limiter.soft_clip_on = true;
        }),
        ("full chain", full),
    ];
    for (name, change) in cases {
        let mut settings = ChainSettings::default();
        change(&mut settings);
        let [small, large] = [64, 512].map(|block| minute(&song, SAMPLE_RATE, block, &settings));
        println!("{name:34} {small:9.3} {:9.2} {large:9.3} {:9.2}", small / reference, large / reference);
    }
    println!("\nby number of bands, block 512, CPU s/min");
    for (module, most, change) in [("EQ", EQ_BANDS, eq as Change), ("compressor", MAX_BANDS, compressor)] {
        for bands in 1..=most {
            let mut settings = ChainSettings::default();
            change(&mut settings);
            settings.eq.bands[bands..].iter_mut().for_each(|band| band.on = false);
            settings.compressor.band_count = bands.min(MAX_BANDS) as u8;
            println!("{:34} {:9.3}", format!("{module}, {bands}"), minute(&song, SAMPLE_RATE, 512, &settings));
        }
    }
    println!("\nfull chain by sample rate, block 512, CPU s/min");
    let mut settings = ChainSettings::default();
    full(&mut settings);
    for rate in [44_100.0, 96_000.0, 192_000.0, 384_000.0] {
        println!("{rate:34} {:9.3}", minute(&self::song(rate), rate, 512, &settings));
    }
    percentiles(&song, &settings);
}

fn eq(settings: &mut ChainSettings) {
    const FILTERS: [FilterType; 4] =
        [FilterType::LowCut, FilterType::LowShelf, FilterType::Bell, FilterType::HighShelf];
    for (index, band) in settings.eq.bands.iter_mut().enumerate() {
        band.on = true;
        band.filter = FILTERS[index.min(2) + usize::from(index == 7)];
        band.gain_db = if index % 2 == 0 { 1.5 } else { -1.5 };
        band.placement = if index == 5 { Placement::Side } else { Placement::Stereo };
    }
}

fn compressor(settings: &mut ChainSettings) {
    settings.compressor.on = true;
    settings.compressor.band_count = 4;
    for band in &mut settings.compressor.bands {
        band.threshold_db = -24.0;
        band.ratio = 2.0;
    }
}

fn imager(settings: &mut ChainSettings) {
    settings.compressor.band_count = 4;
    settings.imager.on = true;
    settings.imager.widths_percent = [80.0, 100.0, 110.0, 120.0];
    settings.imager.mono_below_on = true;
}

fn limiter(settings: &mut ChainSettings) {
    settings.limiter.on = true;
    settings.limiter.drive_db = 6.0;
}

fn full(settings: &mut ChainSettings) {
    eq(settings);
    compressor(settings);
    imager(settings);
    limiter(settings);
}

/// Something like music: a beat of noise and falling tones over a chord, a little different left and right.
fn song(sample_rate: f64) -> [Vec<f32>; 2] {
    let mut state = 1u64;
    let mut noise = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1u32 << 23) - 1.0
    };
    let length = (SECONDS * sample_rate) as usize;
    let (mut left, mut right) = (Vec::with_capacity(length), Vec::with_capacity(length));
    for n in 0..length {
        let time = n as f64 / sample_rate;
        let beat = (2.0 * time).fract();
        let turns = |hz: f64| (std::f64::consts::TAU * hz * time).sin();
        let drum = (-12.0 * beat).exp() * (0.5 * (300.0 * (-20.0 * beat).exp()).sin() + 0.3 * noise());
        let chord = 0.08 * (turns(110.0) + turns(220.5) + turns(331.0) + turns(1764.0));
        left.push((drum + chord + 0.02 * noise()) as f32);
        right.push((drum + 0.9 * chord + 0.02 * noise()) as f32);
    }
    [left, right]
}

/// CPU seconds for a minute of audio.
fn minute(song: &[Vec<f32>; 2], sample_rate: f64, block: usize, settings: &ChainSettings) -> f64 {
    let mut chain = Chain::new(sample_rate, settings.eq.phase);
    let time = fastest(RUNS, || {
        let [mut left, mut right] = song.clone();
        let start = ThreadTime::now();
        for (left, right) in left.chunks_mut(block).zip(right.chunks_mut(block)) {
            black_box(chain.process(settings, left, right));
        }
        start.elapsed()
    });
    time.as_secs_f64() * 60.0 / SECONDS
}

/// Times of single blocks of 64 samples; the rare long ones are what makes a host drop out.
fn percentiles(song: &[Vec<f32>; 2], settings: &ChainSettings) {
    const BLOCK: usize = 64;
    let mut chain = Chain::new(SAMPLE_RATE, settings.eq.phase);
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let [mut left, mut right] = song.clone();
        for (left, right) in left.chunks_mut(BLOCK).zip(right.chunks_mut(BLOCK)) {
            let start = ThreadTime::now();
            black_box(chain.process(settings, left, right));
            times.push(start.elapsed());
        }
    }
    times.sort();
    println!("\nfull chain, one block of {BLOCK}, share of its time");
    for percentile in [50.0, 99.0, 99.9, 100.0] {
        let index = ((times.len() - 1) as f64 * percentile / 100.0) as usize;
        let share = times[index].as_secs_f64() * SAMPLE_RATE / BLOCK as f64;
        println!("{percentile:33.1}% {:8.2} %", 100.0 * share);
    }
}
