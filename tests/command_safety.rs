//! What the command leaves behind when it is killed, when there is no room, and when names are meant to do harm.
#![cfg(all(feature = "cli", unix))]

mod command_support;

use std::{
    collections::BTreeSet,
    fs,
    os::unix::{fs::PermissionsExt, process::ExitStatusExt},
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use command_support::{Folder, Run, lacquer, tone, write_float};

const RATE_HZ: u32 = 44_100;
/// How many runs of each command are killed.
const KILLS: &str = "LACQUER_KILLS";
const KILLS_IN_TESTS: u64 = 12;

/// The next of a fixed series of numbers.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn names(folder: &Folder) -> BTreeSet<String> {
    let entries = fs::read_dir(folder.as_path()).expect("reads the folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

fn is_piece(name: &str) -> bool {
    name.starts_with(".lacquer-") && name.ends_with(".part")
}

/// Bytes of the longest piece that was not there before; none when there is no such piece.
fn longest_new_piece(folder: &Folder, before: &BTreeSet<String>) -> Option<u64> {
    let names = names(folder);
    let pieces = names.difference(before).filter(|name| is_piece(name));
    pieces.filter_map(|name| Some(fs::metadata(folder.path(name)).ok()?.len())).max()
}

/// Noise that swells and fades: what `learn` takes for music.
fn music(seconds: u32) -> Vec<f32> {
    let mut state = 5;
    let frames = (seconds * RATE_HZ) as usize;
    let level = |n: usize| 0.1 + 0.1 * (n as f32 / 9000.0).sin().abs();
    (0..2 * frames).map(|n| level(n / 2) * (next(&mut state) as f32 / 2f32.powi(30) - 1.0)).collect()
}

/// Runs a command that writes `output` again and again and kills it at moments of a fixed series, half of them while the file is
/// being written or named; every second time as a person does from the keyboard, a system that shuts down or a terminal that is closed. What was there before must be there, or what was to come.
fn killed(folder: &Folder, output: &str, arguments: &[&str]) {
    let start = Instant::now();
    let whole = lacquer(arguments);
    let takes = start.elapsed();
    assert_eq!(whole.code, 0, "{whole:?}");
    let new = fs::read(output).expect("was written");
    let old = b"what was there before".to_vec();
    let kills = std::env::var(KILLS).map_or(KILLS_IN_TESTS, |kills| kills.parse().expect("a number of kills"));
    let (mut state, mut kept, mut pieces) = (11, 0, 0);
    for kill in 0..kills {
        fs::write(output, &old).expect("writes");
        let before = names(folder);
        let mut command = Command::new(env!("CARGO_BIN_EXE_lacquer"));
        let mut child =
            command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command starts");
        let latest = takes.as_micros() as u64 * 11 / 10;
        // At any time, as soon as there is a piece, and when all of it is there and it is about to get its name.
        let awaited = match kill % 4 {
            0 | 1 => None,
            2 => Some(0),
            _ => Some(new.len() as u64),
        };
        if let Some(length) = awaited {
            while longest_new_piece(folder, &before) < Some(length) && child.try_wait().expect("waits").is_none() {
                sleep(Duration::from_micros(100));
            }
        }
        sleep(Duration::from_micros(next(&mut state) % awaited.map_or(latest, |_| 3000)));
        let is_heard = kill / 4 % 2 == 1;
        let signal = match (is_heard, kill % 3) {
            (false, _) => libc::SIGKILL,
            (true, 0) => libc::SIGINT,
            (true, 1) => libc::SIGTERM,
            (true, _) => libc::SIGHUP,
        };
        // SAFETY: the child has not been waited for to its end, so the number is its own; at worst it has ended by itself.
        unsafe { libc::kill(child.id() as i32, signal) };
        let status = child.wait().expect("ends");
        let is = fs::read(output).expect("there is always a file");
        assert!(is == old || is == new, "kill {kill} of {arguments:?}: {} bytes are neither old nor new", is.len());
        kept += u64::from(is == old);
        let left: Vec<_> = names(folder).difference(&before).cloned().collect();
        assert!(left.iter().all(|name| is_piece(name)), "kill {kill} of {arguments:?} left {left:?}");
        pieces += left.len();
        if is_heard {
            assert!(left.is_empty(), "kill {kill} of {arguments:?} left {left:?}");
            // Before it can hear the signal, it ends as any program does.
            assert!(
                [Some(0), Some(128 + signal)].contains(&status.code()) || status.signal() == Some(signal),
                "{status}"
            );
        }
    }
    println!("{arguments:?}: {kept} of {kills} kept the old file, {pieces} pieces left, a run takes {takes:?}");
    assert!(kept > 0, "some were killed in time");
}

#[test]
fn a_killed_master_is_the_old_one_or_the_new_one() {
    let folder = Folder::new();
    let (song, output) = (folder.path("song.wav"), folder.path("master.wav"));
    write_float(&song, RATE_HZ, 2, &tone(RATE_HZ, 8.0, 440.0, 0.2));
    let busy = folder.file(
        "busy.json",
        br#"{"format":"lacquer-settings","version":1,"settings":{"limiter":{"on":true,"drive_db":3.0}}}"#,
    );
    killed(&folder, &output, &["master", &song, "-o", &output, "--force", "--settings", &busy, "--quiet"]);
    // Pieces are never taken for songs or results.
    let run = lacquer(&["analyze", "--json", &song]);
    assert_eq!(run.code, 0, "{run:?}");
    let target = folder.path("none.json");
    let learned = lacquer(&["learn", &folder.root(), "-o", &target]);
    assert!(!learned.stderr.contains(".part"), "{learned:?}");
}

/// A run that was started to outlive its terminal does.
#[test]
fn the_end_of_a_terminal_that_was_to_be_outlived_ends_nothing() {
    let folder = Folder::new();
    let (song, output) = (folder.path("song.wav"), folder.path("master.wav"));
    write_float(&song, RATE_HZ, 2, &music(8));
    let before = names(&folder);
    let mut command = Command::new("nohup");
    command.args([env!("CARGO_BIN_EXE_lacquer"), "master", &song, "-o", &output, "--quiet"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("nohup is on every Unix");
    while longest_new_piece(&folder, &before).is_none() && child.try_wait().expect("waits").is_none() {
        sleep(Duration::from_micros(100));
    }
    // SAFETY: the child has not been waited for to its end, so the number is its own.
    unsafe { libc::kill(child.id() as i32, libc::SIGHUP) };
    assert!(child.wait().expect("ends").success() && fs::metadata(&output).is_ok_and(|file| file.len() > 100_000));
}

#[test]
fn killed_settings_and_targets_are_the_old_ones_or_the_new_ones() {
    let folder = Folder::new();
    let (song, settings, target) = (folder.path("song.wav"), folder.path("settings.json"), folder.path("target.json"));
    write_float(&song, RATE_HZ, 2, &music(30));
    killed(&folder, &target, &["learn", &song, "-o", &target, "--force"]);
    let short = folder.path("short.wav");
    write_float(&short, RATE_HZ, 2, &music(4));
    killed(&folder, &settings, &["suggest", &short, "-o", &settings, "--force", "--only", "eq"]);
}

/// Runs the command where no file may grow past so many blocks of 512 bytes: what a full disk looks like.
fn without_room(blocks: u32, arguments: &[&str]) -> Run {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    Run::of(Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_lacquer")]).args(arguments))
}

#[test]
fn where_there_is_no_room_the_old_file_stays() {
    let folder = Folder::new();
    let (song, output) = (folder.path("song.wav"), folder.path("old"));
    write_float(&song, RATE_HZ, 2, &music(30));
    let before = || {
        fs::write(&output, "old").expect("writes");
        names(&folder)
    };
    for (blocks, arguments) in [
        (64, vec!["master", &song, "-o", &output, "--force", "--amount", "0"]),
        (0, vec!["suggest", &song, "-o", &output, "--force"]),
        (0, vec!["learn", &song, "-o", &output, "--force"]),
        (0, vec!["demo-mix", &output, "--force"]),
    ] {
        let before = before();
        let run = without_room(blocks, &arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {run:?}");
        assert!(run.stderr.contains("error: cannot write") && run.stderr.contains("old"), "{arguments:?}: {run:?}");
        assert_eq!(fs::read(&output).expect("there"), b"old", "{arguments:?}");
        assert_eq!(names(&folder), before, "{arguments:?}");
    }
}

#[test]
fn an_answer_that_cannot_be_written_is_a_failure() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let folder = Folder::new();
    let song = folder.path("song.wav");
    write_float(&song, RATE_HZ, 2, &tone(RATE_HZ, 2.0, 440.0, 0.2));
    for arguments in [vec!["analyze", "--json", &song], vec!["targets"]] {
        let full = fs::File::options().write(true).open("/dev/full").expect("a full disk");
        let mut command = Command::new(env!("CARGO_BIN_EXE_lacquer"));
        let output = command.args(&arguments).stdout(full).output().expect("runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code() == Some(2) && said.contains("cannot write the answer"),
            "{arguments:?}: {output:?}"
        );
        // Who stops reading has read enough.
        let script = "\"$0\" \"$@\" | true; exit ${PIPESTATUS[0]}";
        let piped = Command::new("bash").args(["-c", script, env!("CARGO_BIN_EXE_lacquer")]).args(&arguments).output();
        assert_eq!(piped.expect("runs").status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn a_folder_that_takes_no_files_is_named() {
    let folder = Folder::new();
    let song = folder.path("song.wav");
    write_float(&song, RATE_HZ, 2, &tone(RATE_HZ, 2.0, 440.0, 0.2));
    let locked = folder.path("locked");
    fs::create_dir(&locked).expect("a folder");
    let mode = |path: &str, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("sets the mode");
    mode(&folder.root(), 0o755);
    mode(&locked, 0o555);
    // Root may write anywhere: then somebody else tries.
    let probe = format!("{locked}/probe");
    let mut command = match fs::write(&probe, "").is_ok() {
        true => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_lacquer")]);
            command
        }
        false => Command::new(env!("CARGO_BIN_EXE_lacquer")),
    };
    let _ = fs::remove_file(&probe);
    let run = match command.args(["master", &song, "-o", &format!("{locked}/out.wav")]).output() {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: root writes anywhere, and nobody else can be asked ({error})");
            return;
        }
    };
    let said = String::from_utf8_lossy(&run.stderr);
    if run.status.code() == Some(127) || said.contains("setpriv") {
        println!("skipped: nobody else may run the command here: {said}");
        return;
    }
    assert_eq!(run.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot write") && said.contains("locked/out.wav") && said.contains("-o"), "{said}");
    assert_eq!(fs::read_dir(&locked).expect("reads").count(), 0);
}

#[test]
fn names_are_never_markup_and_never_orders_to_a_terminal() {
    let folder = Folder::new();
    let name = "<img src=x onerror=alert(1)>&\".wav";
    let (song, report, album) = (folder.path(name), folder.path("report.html"), folder.path("album.html"));
    write_float(&song, RATE_HZ, 2, &music(12));
    let (output, masters) = (folder.path("out.wav"), folder.path("masters"));
    let run = lacquer(&["master", &song, "-o", &output, "--report", &report]);
    assert_eq!(run.code, 0, "{run:?}");
    let run = lacquer(&["master", "--album", &song, "-o", &masters, "--report", &album]);
    assert_eq!(run.code, 0, "{run:?}");
    for page in [&report, &album] {
        let page = fs::read_to_string(page).expect("a report");
        assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;&amp;&quot;"), "the name is there");
        assert!(!page.contains("<img") && !page.contains("\"alert"), "as text alone");
    }
    let missing = folder.path("no\n\u{1b}[2Jsuch.wav");
    let run = lacquer(&["analyze", &missing]);
    assert_eq!((run.code, run.stderr.lines().count()), (1, 1), "{run:?}");
    assert!(run.stderr.contains("no\\n\\u{1b}[2Jsuch.wav"), "{run:?}");
    fs::copy(&song, &missing).expect("copies");
    let run = lacquer(&["analyze", &missing]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(!run.stdout.contains('\u{1b}'), "{run:?}");
}
