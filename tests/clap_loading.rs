//! The library on disk, loaded and unloaded as a host does when it scans, and instances in numbers.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use lacquer_clap_host::{Audio, Plugin};

const ID: &str = "org.lacquer.lacquer";

/// Threads are counted over the whole process: one test at a time has any.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The library that cargo built beside this test.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("a test runs from a file");
    let name = format!("{}lacquer{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    test.with_file_name(name)
}

/// Names of this process's threads that belong to the plugin.
fn workers() -> usize {
    let tasks = Path::new("/proc/self/task").read_dir().into_iter().flatten().flatten();
    tasks
        .filter(|task| {
            std::fs::read_to_string(task.path().join("comm")).is_ok_and(|name| name.starts_with("lacquer-worker"))
        })
        .count()
}

/// Waits until there are so many worker threads; gives how many there are if that takes over a second for each.
fn workers_become(wanted: usize) -> usize {
    // A new thread takes a moment to call itself by its name, and one that was joined may still stand in the system's list for a moment.
    for _ in 0..1000 * (wanted + 1) {
        if workers() == wanted {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    workers()
}

/// When an impulse comes out of the neutral plugin, which only delays.
fn heard_at(audio: &mut Audio, frames: usize, block: usize) -> Vec<usize> {
    let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
    (left[0], right[0]) = (0.5, 0.5);
    audio.play(&mut [&mut left, &mut right], block, &[], |_| ()).expect("plays");
    assert_eq!(left, right);
    (0..frames).filter(|frame| left[*frame] != 0.0).collect()
}

#[test]
fn two_hundred_instances_live_at_once_and_leave_no_thread() {
    const INSTANCES: usize = 200;
    let _alone = alone();
    let library = library();
    let mut instances: Vec<_> = (0..INSTANCES)
        .map(|_| {
            let mut plugin = Plugin::load(&library, ID).expect("loads");
            let audio = plugin.activate(48_000.0, 64).expect("activates");
            (plugin, audio)
        })
        .collect();
    if cfg!(target_os = "linux") {
        assert_eq!(workers_become(INSTANCES), INSTANCES, "each has one thread");
    }
    for (plugin, audio) in &mut instances {
        let latency = plugin.latency() as usize;
        assert_eq!(heard_at(audio, 1024, 64), [latency]);
    }
    // Every second one first, then the others, the last one first.
    let (mut odd, mut even) = (Vec::new(), Vec::new());
    for (index, instance) in instances.into_iter().enumerate() {
        if index % 2 == 1 { odd.push(instance) } else { even.push(instance) }
    }
    for (mut plugin, audio) in odd {
        plugin.deactivate(audio);
    }
    if cfg!(target_os = "linux") {
        assert_eq!(workers_become(INSTANCES / 2), INSTANCES / 2, "the others go on");
    }
    while let Some((mut plugin, mut audio)) = even.pop() {
        audio.reset();
        let latency = plugin.latency() as usize;
        assert_eq!(heard_at(&mut audio, 1024, 64), [latency]);
        plugin.deactivate(audio);
    }
    assert_eq!(workers_become(0), 0);
}

#[test]
fn a_hundred_activations_at_other_rates_and_block_sizes_leave_the_latency_of_each_rate() {
    const RATES_HZ: [f64; 7] = [8000.0, 44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0, 384_000.0];
    const BLOCKS: [usize; 6] = [64, 1, 8192, 17, 512, 4096];
    let _alone = alone();
    let mut plugin = Plugin::load(&library(), ID).expect("loads");
    let mut latencies = HashMap::new();
    for round in 0..100 {
        // 7 and 6 have no common factor: each rate meets each block size.
        let (rate_hz, block) = (RATES_HZ[round % RATES_HZ.len()], BLOCKS[round % BLOCKS.len()]);
        let mut audio = plugin.activate(rate_hz, block as u32).expect("activates");
        let latency = plugin.latency() as usize;
        let first = *latencies.entry(rate_hz as u32).or_insert(latency);
        assert_eq!(latency, first, "round {round} at {rate_hz} Hz");
        // Nothing of the round before is left either.
        assert_eq!(heard_at(&mut audio, 4096, block), [latency], "round {round} at {rate_hz} Hz in blocks of {block}");
        plugin.idle();
        assert_eq!(plugin.latency() as usize, latency, "round {round}: latency stays while active");
        plugin.deactivate(audio);
    }
    drop(plugin);
    assert_eq!(workers_become(0), 0);
}

#[test]
fn loading_and_unloading_again_and_again_leaves_nothing_behind() {
    let _alone = alone();
    let library = library();
    for round in 0..100 {
        let mut plugin = Plugin::load(&library, ID).expect("loads");
        if round % 10 == 0 {
            let audio = plugin.activate(48_000.0, 64).expect("activates");
            if cfg!(target_os = "linux") {
                assert_eq!(workers_become(1), 1, "an active instance has one thread");
            }
            plugin.deactivate(audio);
        }
        drop(plugin);
        assert_eq!(workers_become(0), 0, "round {round}");
    }
}

#[test]
fn the_library_is_a_vst3_as_well() {
    // Hosts look for this symbol by name.
    let bytes = std::fs::read(library()).expect("the library is there");
    let symbol = b"GetPluginFactory";
    assert!(bytes.windows(symbol.len()).any(|window| window == symbol));
}
