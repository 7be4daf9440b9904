//! The library on disk, loaded and unloaded as a host does when it scans.

use std::path::{Path, PathBuf};

use lacquer_clap_host::Plugin;

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

#[test]
fn loading_and_unloading_again_and_again_leaves_nothing_behind() {
    let library = library();
    for round in 0..100 {
        let mut plugin = Plugin::load(&library, "org.lacquer.lacquer").expect("loads");
        if round % 10 == 0 {
            let audio = plugin.activate(48_000.0, 64).expect("activates");
            if cfg!(target_os = "linux") {
                // A new thread takes a moment to call itself by its name.
                while workers() == 0 {
                    std::thread::yield_now();
                }
                assert_eq!(workers(), 1, "an active instance has one thread");
            }
            plugin.deactivate(audio);
        }
        drop(plugin);
        // A thread that was joined may still stand in the system's list for a moment; one that lives on stays there.
        for _ in 0..1000 {
            if workers() == 0 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        assert_eq!(workers(), 0, "round {round}");
    }
}

#[test]
fn the_library_is_a_vst3_as_well() {
    // Hosts look for this symbol by name.
    let bytes = std::fs::read(library()).expect("the library is there");
    let symbol = b"GetPluginFactory";
    assert!(bytes.windows(symbol.len()).any(|window| window == symbol));
}
