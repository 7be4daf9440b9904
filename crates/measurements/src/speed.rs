//! Speed beside the peers: CPU time of a minute of audio, time of single blocks, growth with sample rate and bands.
//!
//! Every figure is the fastest of several runs, and the runs of all subjects take turns: whatever else the machine does hits all
//! alike. CPU time is the thread's own. What the host copies into a plugin's buffers and back counts with the plugin: a few
//! hundredths of what the fastest takes.

use anyhow::Result;
use cpu_time::ThreadTime;
use lacquer::settings::ChainSettings;

use crate::{
    device::{Device, Lacquer},
    lv2::Host,
    signals::Stereo,
    subjects::{self, Group},
    table::{Cell, Table},
};

const RATE: f64 = 48_000.0;
/// Blocks that hosts use: the shortest usual one and a relaxed one.
const BLOCKS: [usize; 2] = [64, 512];
/// Music for one run, seconds.
const SECONDS: f64 = 8.0;
const RUNS: usize = 5;
/// Runs in which each block is timed for itself.
const BLOCK_RUNS: usize = 3;
const PERCENTILE: f64 = 0.999;
/// Rates up to the highest that converters have, Hz.
const RATES: [f64; 7] = [44_100.0, 48_000.0, 88_200.0, 96_000.0, 176_400.0, 192_000.0, 384_000.0];

/// The comparison, and Lacquer's growth.
///
/// # Errors
/// When a peer does not start.
pub fn tables(host: Option<&Host>, song: &Stereo) -> Result<Vec<Table>> {
    let song = song.loudest(SECONDS);
    Ok(vec![comparison(host, &song)?, by_sample_rate(&song), by_bands(&song)])
}

fn comparison(host: Option<&Host>, song: &Stereo) -> Result<Table> {
    let mut groups = subjects::groups();
    for group in &mut groups {
        group.subjects.retain(|subject| host.is_some() || !subject.is_peer());
    }
    let mut timers = Vec::new();
    for subject in groups.iter().flat_map(|group| &group.subjects) {
        for block in BLOCKS {
            timers.push(Timer::new(subject.open(host, RATE, block)?, block));
        }
    }
    run_all(&mut timers, song);
    for _ in 0..BLOCK_RUNS {
        timers.iter_mut().step_by(BLOCKS.len()).for_each(|timer| timer.run_blocks(song));
    }
    Ok(comparison_table(&groups, &timers))
}

fn comparison_table(groups: &[Group], timers: &[Timer]) -> Table {
    let mut table = Table::new(
        "Speed beside the peers",
        "CPU seconds for a minute of stereo at 48 kHz in blocks of 64 and 512 samples, and how many times Lacquer's that is; the \
         99.9th percentile of the time for 64 samples, and its share of the 1.33 ms that they last.",
        ["what", "64, s/min", "× Lacquer", "512, s/min", "× Lacquer", "99.9 %, µs", "share, %"],
    );
    let mut timers = timers.chunks(BLOCKS.len());
    for group in groups {
        table.push(format!("**{}**", group.name), Vec::new());
        let mut lacquer = [f64::NAN; 2];
        for subject in &group.subjects {
            let Some([small, large]) = timers.next() else { break };
            if !subject.is_peer() {
                lacquer = [small.minute(), large.minute()];
            }
            let block_s = BLOCKS[0] as f64 / RATE;
            let cells = vec![
                Cell::number(small.minute(), 3),
                Cell::number(small.minute() / lacquer[0], 2),
                Cell::number(large.minute(), 3),
                Cell::number(large.minute() / lacquer[1], 2),
                Cell::number(1e6 * small.slowest_block_s, 1),
                Cell::number(100.0 * small.slowest_block_s / block_s, 2),
            ];
            table.push(subject.name, cells);
        }
    }
    table
}

fn by_sample_rate(song: &Stereo) -> Table {
    let mut settings = ChainSettings::default();
    subjects::full(&mut settings);
    let timers = RATES.map(|rate| timers_of(settings, rate));
    let mut table = Table::new(
        "Speed: Lacquer's full chain by sample rate",
        "CPU seconds for a minute of stereo.",
        ["sample rate, kHz", "64, s/min", "512, s/min"],
    );
    // The same samples at every rate: what they cost does not hang on what they hold.
    push_rows(&mut table, RATES.map(|rate| format!("{}", 0.001 * rate)), timers, song);
    table
}

fn by_bands(song: &Stereo) -> Table {
    let mut table = Table::new(
        "Speed: Lacquer by number of bands",
        "CPU seconds for a minute of stereo at 48 kHz.",
        ["bands", "64, s/min", "512, s/min"],
    );
    let mut names = Vec::new();
    let mut timers = Vec::new();
    for count in 0..=8usize {
        let mut settings = ChainSettings::default();
        subjects::eq(&mut settings);
        settings.eq.bands[count..].iter_mut().for_each(|band| band.on = false);
        names.push(format!("EQ, {count}"));
        timers.push(timers_of(settings, RATE));
    }
    for count in 1..=4u8 {
        let mut settings = ChainSettings::default();
        subjects::four_bands(&mut settings);
        settings.compressor.band_count = count;
        names.push(format!("compressor, {count}"));
        timers.push(timers_of(settings, RATE));
    }
    push_rows(&mut table, names, timers, song);
    table
}

fn timers_of(settings: ChainSettings, rate: f64) -> [Timer; 2] {
    BLOCKS.map(|block| Timer { rate, ..Timer::new(Box::new(Lacquer::new(settings, rate)), block) })
}

fn push_rows(
    table: &mut Table,
    names: impl IntoIterator<Item = String>,
    timers: impl IntoIterator<Item = [Timer; 2]>,
    song: &Stereo,
) {
    let mut timers: Vec<Timer> = timers.into_iter().flatten().collect();
    run_all(&mut timers, song);
    for (name, pair) in names.into_iter().zip(timers.chunks(BLOCKS.len())) {
        table.push(name, pair.iter().map(|timer| Cell::number(timer.minute(), 3)).collect());
    }
}

fn run_all(timers: &mut [Timer], song: &Stereo) {
    for _ in 0..RUNS {
        timers.iter_mut().for_each(|timer| timer.run(song));
    }
}

/// A device with its fastest times so far.
struct Timer {
    device: Box<dyn Device>,
    block: usize,
    rate: f64,
    /// CPU seconds a sample.
    fastest_s: f64,
    /// The percentile of the time of one block.
    slowest_block_s: f64,
}

impl Timer {
    fn new(device: Box<dyn Device>, block: usize) -> Self {
        Self { device, block, rate: RATE, fastest_s: f64::INFINITY, slowest_block_s: f64::INFINITY }
    }

    fn run(&mut self, song: &Stereo) {
        let [mut left, mut right] = song.channels.clone();
        let start = ThreadTime::now();
        for (left, right) in left.chunks_mut(self.block).zip(right.chunks_mut(self.block)) {
            self.device.process(left, right);
        }
        self.fastest_s = self.fastest_s.min(start.elapsed().as_secs_f64() / song.length() as f64);
    }

    fn run_blocks(&mut self, song: &Stereo) {
        let [mut left, mut right] = song.channels.clone();
        let mut times = Vec::with_capacity(left.len() / self.block);
        for (left, right) in left.chunks_exact_mut(self.block).zip(right.chunks_exact_mut(self.block)) {
            let start = ThreadTime::now();
            self.device.process(left, right);
            times.push(start.elapsed().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        let index = ((times.len().max(1) - 1) as f64 * PERCENTILE) as usize;
        if let Some(time) = times.get(index) {
            self.slowest_block_s = self.slowest_block_s.min(*time);
        }
    }

    /// CPU seconds for a minute.
    fn minute(&self) -> f64 {
        60.0 * self.rate * self.fastest_s
    }
}
