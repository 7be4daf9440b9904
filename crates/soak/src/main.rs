//! Hours of audio through many instances of the plugin at once, in a host in-process: memory must not grow, no sound may be slower than
//! music, the latency must be the reported one to the end, and nothing but numbers may come out.
//!
//! Run by `cargo xtask soak`.

mod instance;
mod sound;

use std::{collections::BTreeMap, fs, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Result, ensure};
use clap::Parser;
use instance::Instance;
use sound::Passage;

/// Length of a passage, seconds: long enough for a decay to end in nothing.
const PASSAGE_S: f64 = 6.0;
/// After this part of the run everything that is ever allocated has been.
const WARM_SHARE: f64 = 0.25;
/// All instances together may have grown by this afterwards, MB.
const MOST_GROWTH_MB: f64 = 8.0;
/// A passage may be slower than music by this factor; denormal numbers in a filter cost ten and more.
const MOST_SLOWNESS: f64 = 1.3;

/// Plays hours of audio through many instances of a plugin at once.
#[derive(Parser)]
#[command(name = "cargo xtask soak")]
struct Options {
    /// The .clap.
    #[arg(long)]
    plugin: PathBuf,
    /// Audio of all instances together, hours.
    #[arg(long, default_value_t = 2.0)]
    hours: f64,
    /// Instances that play at once.
    #[arg(long, default_value_t = 50)]
    instances: usize,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("soak: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    ensure!(options.instances > 0, "--instances must be 1 or more");
    let each_s = options.hours * 3600.0 / options.instances as f64;
    let rounds = (each_s / PASSAGE_S / Passage::ALL.len() as f64).round() as usize;
    ensure!(
        options.hours.is_finite() && rounds >= 2,
        "--hours {} is too little for {} instances: each needs {} s or more",
        options.hours,
        options.instances,
        2.0 * PASSAGE_S * Passage::ALL.len() as f64
    );
    let mut instances =
        (0..options.instances).map(|index| Instance::open(&options.plugin, index)).collect::<Result<Vec<_>>>()?;
    for instance in &mut instances {
        instance.check_latency()?;
    }
    let warm = ((rounds as f64 * WARM_SHARE).ceil() as usize).max(1);
    let mut times: BTreeMap<Passage, Vec<Duration>> = BTreeMap::new();
    let mut warm_mb = None;
    for round in 0..rounds {
        for passage in Passage::ALL {
            play(&mut instances, passage, &mut times)?;
        }
        if round + 1 == warm {
            warm_mb = resident_mb();
        }
        println!("{} of {rounds} rounds, {}", round + 1, resident_mb().map_or("?".into(), |mb| format!("{mb:.1} MB")));
    }
    let end_mb = resident_mb();
    for instance in &mut instances {
        instance.check_latency()?;
    }
    let played_h = rounds as f64 * Passage::ALL.len() as f64 * PASSAGE_S * options.instances as f64 / 3600.0;
    println!("\n{played_h:.2} hours of audio through {} instances at once, only numbers came out", options.instances);
    println!("latency {} samples at the start and at the end, as reported", instances[0].latency());
    report_memory(warm_mb, end_mb)?;
    report_times(times)
}

/// One passage through all instances, block by block in turn, as in a project of so many tracks.
fn play(instances: &mut [Instance], passage: Passage, times: &mut BTreeMap<Passage, Vec<Duration>>) -> Result<()> {
    let blocks = (PASSAGE_S * instance::RATE_HZ / instance::BLOCK as f64) as usize;
    // What an earlier passage left in the filters belongs to this one only from its second half on.
    let counted = blocks / 2;
    for block in 0..blocks {
        for instance in &mut *instances {
            let took = instance.play(passage, block)?;
            if block >= counted {
                times.entry(passage).or_default().push(took);
            }
        }
    }
    instances.iter_mut().for_each(Instance::idle);
    Ok(())
}

fn report_memory(warm_mb: Option<f64>, end_mb: Option<f64>) -> Result<()> {
    let (Some(warm_mb), Some(end_mb)) = (warm_mb, end_mb) else {
        println!("memory is not watched on this system");
        return Ok(());
    };
    println!("memory {warm_mb:.1} MB after the first quarter, {end_mb:.1} MB at the end");
    ensure!(end_mb - warm_mb <= MOST_GROWTH_MB, "memory grew by {:.1} MB", end_mb - warm_mb);
    Ok(())
}

fn report_times(times: BTreeMap<Passage, Vec<Duration>>) -> Result<()> {
    // The median leaves out what the system did in between.
    let medians: BTreeMap<Passage, f64> = times
        .into_iter()
        .map(|(passage, mut times)| {
            times.sort_unstable();
            (passage, times[times.len() / 2].as_secs_f64())
        })
        .collect();
    let music_s = medians[&Passage::Music];
    for (passage, median_s) in &medians {
        let ratio = median_s / music_s;
        println!(
            "{:<9} {:6.1} µs a block of {}, {ratio:.2} of music",
            format!("{passage:?}"),
            1e6 * median_s,
            instance::BLOCK
        );
        ensure!(ratio <= MOST_SLOWNESS, "{passage:?} takes {ratio:.2} times as long as music");
    }
    Ok(())
}

/// Memory of the process that is in use, MB; where the system says so.
fn resident_mb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1024.0)
}
