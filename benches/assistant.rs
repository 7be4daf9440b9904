//! Speed of the assistant: `cargo bench --bench assistant [-- SONG]`.
//!
//! Prints CPU seconds for a song of four minutes (the demo mix over and over, or a file of one's own) from the file to the verified
//! suggestion, and the share of a core that listening takes while music plays; each beside its aim, and as a ratio to a fixed
//! workload timed in the same run, so that figures of different machines and days compare. Each figure is the fastest of a few
//! runs: others on the machine can only slow a run down.

mod workload;

use std::{
    hint::black_box,
    path::{Path, PathBuf},
    time::Duration,
};

use cpu_time::ThreadTime;
use lacquer::{
    analysis::{Analyser, LevelMeter, Measurement},
    assistant::{self, Excerpt, Wishes},
    render::{
        Recording, demo_mix,
        measure::measure,
        wav::{WavFile, Word},
    },
};
use workload::{biquads, fastest};

const SAMPLE_RATE_HZ: u32 = 44_100;
const SONG_S: f64 = 240.0;
const RUNS: usize = 3;
/// CPU seconds for four minutes, from the file to the verified suggestion.
const AIM_S: f64 = 3.0;
/// Share of a core while listening, per cent.
const LISTENING_AIM_PERCENT: f64 = 2.0;
/// How the plugin hears: blocks of this length, and a look at what counts ten times a second.
const BLOCK: usize = 256;

fn main() {
    let folder = tempfile::tempdir().expect("a folder for the song");
    // Cargo hands on options of its own.
    let given = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).map(PathBuf::from);
    let path = given.unwrap_or_else(|| write_song(&folder.path().join("song.wav")));
    let reference = fastest(RUNS, || biquads(&[0.25; SAMPLE_RATE_HZ as usize])).as_secs_f64() * SONG_S;
    println!("fixed workload (16 biquads on one channel, four minutes): {reference:.3} s\n");

    let mut times = [Duration::MAX; 3];
    let mut song = None;
    for _ in 0..RUNS {
        let start = ThreadTime::now();
        let mut recording = Recording::open(&path).expect("a song");
        // Decoded into memory, heard by nobody.
        assistant::Programme::play(&mut recording, &mut |left, right| {
            black_box((left, right));
        })
        .expect("plays");
        let decoded = start.elapsed();
        let channels = recording.channels();
        let measurement = measure(&mut recording, channels, &mut |_| ()).expect("measures");
        let measured = start.elapsed();
        let suggestion = assistant::suggest(&mut recording, &measurement, &Wishes::default(), &mut |_| ());
        black_box(suggestion.expect("a suggestion"));
        let decided = start.elapsed();
        let parts = [decoded, measured - decoded, decided - measured];
        for (least, part) in times.iter_mut().zip(parts) {
            *least = (*least).min(part);
        }
        song = Some((recording, measurement));
    }
    let Some((mut recording, measurement)) = song else { return };
    let seconds = measurement.heard_s;
    println!("{:44} {:>9} {:>7}", format!("a song of {seconds:.0} s, CPU s"), "time", "ratio");
    let row = |name: &str, time: Duration| {
        println!("{name:44} {:9.3} {:7.2}", time.as_secs_f64(), time.as_secs_f64() / reference);
    };
    for (name, time) in ["decoded", "measured", "decided and verified"].into_iter().zip(times) {
        row(name, time);
    }
    let total = times.iter().sum::<Duration>();
    row("all of it", total);
    let aim_s = AIM_S * seconds / SONG_S;
    println!("aim: under {aim_s:.2} s, {}\n", if total.as_secs_f64() < aim_s { "kept" } else { "missed" });

    let mut excerpt = Excerpt { sample_rate_hz: measurement.sample_rate_hz, ..Excerpt::default() };
    assistant::Programme::play(&mut recording, &mut |left, right| {
        excerpt.left.extend_from_slice(left);
        excerpt.right.extend_from_slice(right);
    })
    .expect("plays");
    let rate_hz = excerpt.sample_rate_hz;
    row("loudness and true peak alone", fastest(RUNS, || levels(&excerpt)));
    row(
        "all but the descriptors",
        fastest(RUNS, || heard(&excerpt, Analyser::new(rate_hz, 2).without_descriptors(), BLOCK)),
    );
    let listening = fastest(RUNS, || heard(&excerpt, Analyser::new(rate_hz, 2), BLOCK));
    row("heard in blocks, as the plugin hears", listening);
    let percent = 100.0 * listening.as_secs_f64() / seconds;
    let kept = if percent < LISTENING_AIM_PERCENT { "kept" } else { "missed" };
    println!("listening takes {percent:.2} % of a core; aim: under {LISTENING_AIM_PERCENT} %, {kept}");
    #[cfg(feature = "plugin")]
    {
        let percent = worker_percent(&excerpt);
        let kept = if percent < LISTENING_AIM_PERCENT { "kept" } else { "missed" };
        println!(
            "the plugin's worker takes {percent:.2} % of a core while it listens for {PLAYED_S:.0} s; aim: under \
             {LISTENING_AIM_PERCENT} %, {kept}"
        );
    }
}

/// Length of the music that is played through the plugin, in real time, seconds.
#[cfg(feature = "plugin")]
const PLAYED_S: f64 = 30.0;

/// What all threads but the playing one take while a host plays music through the plugin and the plugin listens, per cent of a core.
#[cfg(feature = "plugin")]
fn worker_percent(excerpt: &Excerpt) -> f64 {
    use cpu_time::ProcessTime;
    use lacquer_clap_host::{Event, Plugin};
    use std::{thread, time::Instant};
    /// Frames of a host's block.
    const FRAMES: usize = 512;
    let rate_hz = f64::from(excerpt.sample_rate_hz);
    // SAFETY: the entry point is the crate's own, for hosts as this one.
    let entry = unsafe { clack_host::prelude::PluginEntry::load_from_raw(&lacquer::plugin::clap_entry, c"") };
    let mut plugin = Plugin::from_entry(&entry.expect("an entry"), "org.lacquer.lacquer").expect("the plugin");
    let listen = plugin.params().iter().find(|param| param.name.contains("Listen")).expect("it listens").id;
    let mut audio = plugin.activate(rate_hz, FRAMES as u32).expect("activates");
    let frames = ((PLAYED_S * rate_hz) as usize).min(excerpt.left.len());
    let (all, playing, begun) = (ProcessTime::now(), ThreadTime::now(), Instant::now());
    for start in (0..frames).step_by(FRAMES) {
        let end = frames.min(start + FRAMES);
        let (mut left, mut right) = (excerpt.left[start..end].to_vec(), excerpt.right[start..end].to_vec());
        let events = if start == 0 { vec![Event { sample: 0, param: listen, value: 1.0 }] } else { Vec::new() };
        audio.play(&mut [&mut left, &mut right], FRAMES, &events, |_| ()).expect("plays");
        let due = Duration::from_secs_f64(end as f64 / rate_hz);
        thread::sleep(due.saturating_sub(begun.elapsed()));
    }
    let others = all.elapsed().saturating_sub(playing.elapsed());
    plugin.deactivate(audio);
    100.0 * others.as_secs_f64() / (frames as f64 / rate_hz)
}

/// The demo mix over and over, a little softer each second time, as a file of 24 bits.
fn write_song(path: &Path) -> PathBuf {
    let mix = demo_mix::synthesise(SAMPLE_RATE_HZ);
    let frames = (SONG_S * f64::from(SAMPLE_RATE_HZ)) as usize;
    let mut file = WavFile::create(path, SAMPLE_RATE_HZ, 2, Word::Bits24, true).expect("a file");
    let mut written = 0;
    while written < frames {
        let gain = if (written / mix.left.len()).is_multiple_of(2) { 1.0 } else { 0.7 };
        let take = mix.left.len().min(frames - written);
        let part = |channel: &[f32]| channel[..take].iter().map(|sample| gain * sample).collect::<Vec<_>>();
        file.write(&part(&mix.left), &part(&mix.right)).expect("written");
        written += take;
    }
    file.finish(&Default::default()).expect("finished");
    path.to_owned()
}

fn heard(excerpt: &Excerpt, mut analyser: Analyser, block: usize) -> Duration {
    let start = ThreadTime::now();
    let mut since = 0;
    for (left, right) in excerpt.left.chunks(block).zip(excerpt.right.chunks(block)) {
        analyser.add(left, right);
        since += left.len();
        if since >= excerpt.sample_rate_hz as usize / 10 {
            since = 0;
            black_box((analyser.gated_s(), analyser.loudest_start_s()));
        }
    }
    black_box::<Measurement>(analyser.measurement());
    start.elapsed()
}

fn levels(excerpt: &Excerpt) -> Duration {
    let start = ThreadTime::now();
    let mut meter = LevelMeter::new(excerpt.sample_rate_hz);
    for (left, right) in excerpt.left.chunks(4096).zip(excerpt.right.chunks(4096)) {
        meter.add(left, right);
    }
    black_box((meter.integrated_lufs(), meter.true_peak_dbtp()));
    start.elapsed()
}
