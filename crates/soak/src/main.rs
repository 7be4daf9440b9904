//! Hours of audio through many instances of the plugin at once, in a host in-process: memory must not grow, no sound may be slower than
//! music, the latency must be the reported one to the end, and nothing but numbers may come out.
//!
//! Run by `cargo xtask soak`.

mod instance;
mod sound;
mod times;

use std::{collections::BTreeMap, fs, path::PathBuf, process::ExitCode, time::Instant};

use anyhow::{Result, bail, ensure};
use clap::Parser;
use instance::Instance;
use sound::Passage;
use times::Times;

/// Length of a passage, seconds: a filter at 28 Hz that rings out in silence is among the denormal numbers of double precision after 4, so
/// that the half in which time is taken holds them, and a decay ends 700 dB lower.
const PASSAGE_S: f64 = 12.0;
/// After this part of the run, and at least one round, everything that is ever allocated has been.
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
    let started = Instant::now();
    let mut times: BTreeMap<Passage, Times> = Passage::ALL.map(|passage| (passage, Times::new())).into();
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
    println!(
        "\n{played_h:.2} hours of audio through {} instances at once in {:.0} s: every sample a number under the ceiling",
        options.instances,
        started.elapsed().as_secs_f64()
    );
    println!("latency {} samples as reported, at the start and at the end, in each", instances[0].latency());
    let faults: Vec<_> = memory_fault(warm_mb, end_mb).into_iter().chain(slow_passages(&times)).collect();
    if !faults.is_empty() {
        bail!("{}", faults.join("; "));
    }
    Ok(())
}

/// One passage through all instances, block by block in turn, as in a project of so many tracks.
fn play(instances: &mut [Instance], passage: Passage, times: &mut BTreeMap<Passage, Times>) -> Result<()> {
    let blocks = (PASSAGE_S * instance::RATE_HZ / instance::BLOCK as f64) as usize;
    // What an earlier passage left in the filters belongs to this one only from its second half on.
    let counted = blocks / 2;
    for block in 0..blocks {
        for instance in &mut *instances {
            let took = instance.play(passage, block)?;
            if let Some(times) = times.get_mut(&passage).filter(|_| block >= counted) {
                times.add(took);
            }
        }
    }
    instances.iter_mut().for_each(Instance::idle);
    Ok(())
}

/// Prints what memory did; gives what is wrong with it.
fn memory_fault(warm_mb: Option<f64>, end_mb: Option<f64>) -> Option<String> {
    let (Some(warm_mb), Some(end_mb)) = (warm_mb, end_mb) else {
        println!("memory is not watched on this system");
        return None;
    };
    println!("memory {warm_mb:.1} MB once warm, {end_mb:.1} MB at the end");
    let growth_mb = end_mb - warm_mb;
    (growth_mb > MOST_GROWTH_MB).then(|| format!("memory grew by {growth_mb:.1} MB, not {MOST_GROWTH_MB} at most"))
}

/// Prints what the passages took; gives those that were slow.
fn slow_passages(times: &BTreeMap<Passage, Times>) -> Vec<String> {
    let took_s = |passage| times.get(&passage).and_then(Times::lower_quartile_s).unwrap_or(f64::NAN);
    let music_s = took_s(Passage::Music);
    let mut slow = Vec::new();
    for passage in Passage::ALL {
        let ratio = took_s(passage) / music_s;
        let (name, block_us, frames) = (format!("{passage:?}"), 1e6 * took_s(passage), instance::BLOCK);
        println!("{name:<9} {block_us:6.1} µs a block of {frames}, {ratio:.2} of music");
        // Not a number when nothing was timed.
        if ratio.is_nan() || ratio > MOST_SLOWNESS {
            slow.push(format!("{passage:?} takes {ratio:.2} times as long as music, not {MOST_SLOWNESS} at most"));
        }
    }
    slow
}

/// Memory of the process that is in use, MB; where the system says so.
fn resident_mb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1024.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn growth_over_the_bound_is_a_fault() {
        assert_eq!(memory_fault(Some(100.0), Some(100.0 + MOST_GROWTH_MB)), None);
        assert!(memory_fault(Some(100.0), Some(100.1 + MOST_GROWTH_MB)).is_some());
    }

    #[test]
    fn a_passage_slower_than_music_is_a_fault_and_so_is_one_that_was_not_timed() {
        let mut times: BTreeMap<Passage, Times> = Passage::ALL.map(|passage| (passage, Times::new())).into();
        for (passage, us) in [(Passage::Music, 100), (Passage::Decay, 200), (Passage::Denormal, 120)] {
            (0..9).for_each(|_| times.get_mut(&passage).expect("all are there").add(Duration::from_micros(us)));
        }
        let slow = slow_passages(&times);
        assert_eq!(slow.len(), 2, "{slow:?}");
        assert!(slow[0].starts_with("Decay takes 2.0") && slow[1].starts_with("Silence"), "{slow:?}");
    }
}
