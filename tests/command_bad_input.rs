//! The command on input that nobody should give it: each a clear sentence or a sensible result, never a crash or a lost file.
#![cfg(feature = "cli")]

mod command_support;

use std::{fs, path::Path};

use command_support::{Folder, Run, lacquer, tone, write_float, write_whole};

const RATE_HZ: u32 = 44_100;

/// The run failed with `code` and one error that holds all of `words`.
fn refused(run: &Run, code: i32, words: &[&str]) {
    assert_eq!(run.code, code, "{run:?}");
    let errors: Vec<_> = run.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(errors.len(), 1, "one sentence: {run:?}");
    for word in words {
        assert!(errors[0].contains(word), "no `{word}` in {run:?}");
    }
    assert!(!run.stderr.contains("panicked"), "{run:?}");
}

/// All that is in the folder, to see that a failed run leaves nothing behind.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("reads the folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn what_is_no_audio_is_refused_with_its_name() {
    let folder = Folder::new();
    let empty = folder.file("empty.wav", b"");
    let text = folder.file("notes.txt", b"just words, no sound at all, for as long as a prober cares to look");
    let missing = folder.path("missing.wav");
    for command in ["analyze", "suggest", "master"] {
        refused(&lacquer(&[command, &empty]), 1, &["empty.wav", "empty (0 bytes)"]);
        refused(&lacquer(&[command, &text]), 1, &["notes.txt", "not audio"]);
        refused(&lacquer(&[command, &missing]), 1, &["missing.wav", "cannot read"]);
        refused(&lacquer(&[command, &folder.root()]), 1, &["is a folder"]);
    }
    assert_eq!(names(folder.as_path()), ["empty.wav", "notes.txt"]);
}

#[test]
fn a_file_without_samples_is_refused() {
    let folder = Folder::new();
    let path = folder.path("nothing.wav");
    write_whole(&path, RATE_HZ, 2, 16, &[]);
    refused(&lacquer(&["analyze", &path]), 1, &["nothing.wav", "no audio"]);
}

#[test]
fn a_truncated_file_gives_what_came_and_a_note() {
    let folder = Folder::new();
    let whole = folder.path("whole.wav");
    write_whole(&whole, RATE_HZ, 2, 16, &tone(RATE_HZ, 6.0, 440.0, 0.25));
    let bytes = fs::read(&whole).expect("reads");
    let half = folder.file("half.wav", &bytes[..bytes.len() / 2]);
    let run = lacquer(&["analyze", "--json", &half]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stderr.contains("note: ") && run.stderr.contains("breaks off after 3.0 s"), "{run:?}");
    let heard_s = run.json()["heard_s"].as_f64().expect("heard_s");
    assert!((heard_s - 3.0).abs() < 0.05, "{heard_s}");
    // Mastering the half works as well, and the master is as long as what came.
    let out = folder.path("out.wav");
    assert_eq!(lacquer(&["master", &half, "-o", &out]).code, 0);
    let frames = hound::WavReader::open(&out).expect("opens").duration();
    assert!((f64::from(frames) / f64::from(RATE_HZ) - 3.0).abs() < 0.05);
    // Too little is an error.
    let stump = folder.file("stump.wav", &bytes[..8_000]);
    refused(&lacquer(&["analyze", &stump]), 1, &["stump.wav", "breaks off"]);
    let head = folder.file("head.wav", &bytes[..30]);
    refused(&lacquer(&["analyze", &head]), 1, &["head.wav"]);
}

#[test]
fn damaged_bytes_never_crash() {
    let folder = Folder::new();
    let whole = folder.path("whole.wav");
    write_whole(&whole, RATE_HZ, 2, 16, &tone(RATE_HZ, 2.0, 440.0, 0.25));
    let bytes = fs::read(&whole).expect("reads");
    for seed in 0..24u32 {
        let mut damaged = bytes.clone();
        // The head is where a byte can do harm.
        for n in 0..3 {
            let random = (seed * 3 + n + 1).wrapping_mul(2_654_435_761);
            damaged[random as usize % 44] = (random >> 24) as u8;
        }
        let run = lacquer(&["analyze", "--quiet", &folder.file("damaged.wav", &damaged)]);
        assert!([0, 1].contains(&run.code) && !run.stderr.contains("panicked"), "seed {seed}: {run:?}");
    }
}

#[test]
fn mono_is_mastered_as_mono() {
    let folder = Folder::new();
    let (path, out) = (folder.path("mono.wav"), folder.path("out.wav"));
    let left: Vec<f32> = tone(RATE_HZ, 5.0, 440.0, 0.1).into_iter().step_by(2).collect();
    write_float(&path, RATE_HZ, 1, &left);
    let run = lacquer(&["master", &path, "-o", &out]);
    assert_eq!(run.code, 0, "{run:?}");
    let reader = hound::WavReader::open(&out).expect("opens");
    assert_eq!((reader.spec().channels, reader.duration()), (1, left.len() as u32));
}

#[test]
fn lowest_and_highest_sample_rates_work_others_are_refused() {
    let folder = Folder::new();
    for rate_hz in [8_000, 768_000] {
        let (path, out) = (folder.path("in.wav"), folder.path("out.wav"));
        write_float(&path, rate_hz, 2, &tone(rate_hz, 4.0, 440.0, 0.1));
        let run = lacquer(&["master", &path, "-o", &out, "--force"]);
        assert_eq!(run.code, 0, "{rate_hz} Hz: {run:?}");
        let reader = hound::WavReader::open(&out).expect("opens");
        assert_eq!((reader.spec().sample_rate, reader.duration()), (rate_hz, 4 * rate_hz));
    }
    for rate_hz in [4_000, 800_000] {
        let path = folder.path("in.wav");
        write_float(&path, rate_hz, 2, &tone(rate_hz, 1.0, 440.0, 0.1));
        refused(&lacquer(&["analyze", &path]), 1, &["sample rate", &rate_hz.to_string(), "8 to 768 kHz"]);
    }
}

#[test]
fn six_channels_are_refused() {
    let folder = Folder::new();
    let path = folder.path("surround.wav");
    write_whole(&path, 48_000, 6, 16, &vec![0.1; 6 * 48_000]);
    refused(&lacquer(&["master", &path]), 1, &["6 channels", "stereo"]);
    assert_eq!(names(folder.as_path()), ["surround.wav"]);
}

/// Measures and masters what is hardly music; both must work, and what comes out must be numbers.
fn survives(samples: &[f32], what: &str) -> (serde_json::Value, Vec<f32>) {
    let folder = Folder::new();
    let (path, out) = (folder.path("in.wav"), folder.path("out.wav"));
    write_float(&path, RATE_HZ, 2, samples);
    let run = lacquer(&["analyze", "--json", &path]);
    assert_eq!(run.code, 0, "{what}: {run:?}");
    let measured = run.json();
    let suggested = lacquer(&["suggest", "--json", &path]);
    assert_eq!(suggested.code, 0, "{what}: {suggested:?}");
    assert!(suggested.json()["settings"].is_object(), "{what}");
    let mastered = lacquer(&["master", &path, "-o", &out, "--bits", "32f", "--report", &folder.path("r.html")]);
    assert_eq!(mastered.code, 0, "{what}: {mastered:?}");
    let mut reader = hound::WavReader::open(&out).expect("opens");
    let result: Vec<f32> = reader.samples().map(|sample| sample.expect("a sample")).collect();
    assert_eq!(result.len(), samples.len(), "{what}: as long as the source");
    assert!(result.iter().all(|sample| sample.is_finite()), "{what}: only numbers come out");
    (measured, result)
}

fn fault_kinds(measured: &serde_json::Value) -> Vec<&str> {
    let faults = measured["faults"].as_array().expect("faults");
    faults.iter().map(|fault| fault["kind"].as_str().expect("a kind")).collect()
}

#[test]
fn silence_stays_silent() {
    let (measured, result) = survives(&vec![0.0; 8 * RATE_HZ as usize], "silence");
    assert!(fault_kinds(&measured).contains(&"silence"), "{}", measured["faults"]);
    assert!(result.iter().all(|sample| sample.abs() < 1e-4));
}

#[test]
fn what_is_not_a_number_becomes_silence_and_is_named() {
    let mut samples = tone(RATE_HZ, 5.0, 440.0, 0.25);
    samples[40_000..50_000].fill(f32::NAN);
    samples[60_000] = f32::INFINITY;
    let (measured, _) = survives(&samples, "some are not numbers");
    assert!(fault_kinds(&measured).contains(&"not_finite"), "{}", measured["faults"]);
    let (measured, result) = survives(&vec![f32::NAN; 4 * RATE_HZ as usize], "none is a number");
    assert!(fault_kinds(&measured).contains(&"not_finite"), "{}", measured["faults"]);
    assert!(result.iter().all(|sample| sample.abs() < 1e-4));
}

#[test]
fn a_constant_offset_is_named() {
    let (measured, _) = survives(&vec![0.25; 8 * RATE_HZ as usize], "a constant");
    assert!(fault_kinds(&measured).contains(&"dc"), "{}", measured["faults"]);
}

#[test]
fn a_tenth_of_a_second_is_too_short_to_judge() {
    let (measured, _) = survives(&tone(RATE_HZ, 0.1, 440.0, 0.25), "a tenth of a second");
    assert!(fault_kinds(&measured).contains(&"too_short"), "{}", measured["faults"]);
}

#[test]
fn an_unwritable_output_is_said_before_the_work() {
    let folder = Folder::new();
    let path = folder.path("in.wav");
    write_float(&path, RATE_HZ, 2, &tone(RATE_HZ, 2.0, 440.0, 0.1));
    let below_a_file = format!("{path}/out.wav");
    let nowhere = folder.path("no/such/folder/out.wav");
    for out in [below_a_file.as_str(), nowhere.as_str()] {
        refused(&lacquer(&["master", &path, "-o", out]), 1, &["cannot write", "out.wav", "no folder"]);
    }
    for options in [["suggest", "-o"], ["learn", "-o"]] {
        refused(&lacquer(&[options[0], &path, options[1], &nowhere]), 1, &["cannot write", "no folder"]);
    }
    refused(&lacquer(&["master", &path, "--report", &nowhere]), 1, &["cannot write", "no folder"]);
    assert_eq!(names(folder.as_path()), ["in.wav"]);
    if cfg!(target_os = "linux") {
        // A device is never replaced by a file, forced or not; a folder that takes no files is named.
        refused(&lacquer(&["master", &path, "--force", "-o", "/dev/full"]), 1, &["/dev/full", "a device"]);
        refused(&lacquer(&["master", &path, "-o", "/proc/out.wav"]), 1, &["cannot write", "/proc/out.wav"]);
    }
}

#[test]
fn nothing_is_overwritten_unless_forced_and_never_the_source() {
    let folder = Folder::new();
    let path = folder.path("in.wav");
    write_float(&path, RATE_HZ, 2, &tone(RATE_HZ, 2.0, 440.0, 0.1));
    let source = fs::read(&path).expect("reads");
    let out = folder.file("out.wav", b"precious");
    for arguments in [
        vec!["master", &path, "-o", &out],
        vec!["master", &path, "--report", &out, "-o", "x.wav"],
        vec!["suggest", &path, "-o", &out],
        vec!["learn", &path, "-o", &out],
    ] {
        refused(&lacquer(&arguments), 1, &["out.wav", "exists already", "--force"]);
        assert_eq!(fs::read(&out).expect("reads"), b"precious", "{arguments:?}");
    }
    // By another name it is the same file.
    let other = folder.path("other name.wav");
    fs::hard_link(&path, &other).expect("another name");
    let song = folder.as_path().display().to_string();
    for arguments in [
        vec!["master", &path, "-o", &path],
        vec!["master", &path, "-o", &other],
        vec!["master", &path, "-o", &out, "--report", &path],
        vec!["master", &out, "-o", &path, "--reference", &other],
        vec!["master", &song, "--album", "--report", &path],
        vec!["suggest", &path, "-o", &path],
        vec!["suggest", &out, "-o", &path, "--target", &other],
        vec!["learn", &path, "-o", &other],
        vec!["learn", &song, "-o", &path],
    ] {
        refused(&lacquer(&[&arguments[..], &["--force"]].concat()), 1, &["is a source"]);
    }
    fs::remove_file(&other).expect("there");
    assert_eq!(fs::read(&path).expect("reads"), source);
    let run = lacquer(&["master", &path, "-o", &out, "--force"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(fs::read(&out).expect("reads").starts_with(b"RIFF"));
    assert_eq!(names(folder.as_path()), ["in.wav", "out.wav"]);
}

#[test]
fn a_disk_that_fills_up_leaves_no_piece() {
    // A limit on the size of files stands for a full disk: the shell sets it for the command alone.
    if !cfg!(target_os = "linux") {
        return;
    }
    let folder = Folder::new();
    let (path, out) = (folder.path("in.wav"), folder.path("out.wav"));
    write_float(&path, RATE_HZ, 2, &tone(RATE_HZ, 5.0, 440.0, 0.1));
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"";
    let run = Run::of(
        std::process::Command::new("sh")
            .args(["-c", script, env!("CARGO_BIN_EXE_lacquer")])
            .args(["master", &path, "-o", &out]),
    );
    refused(&run, 2, &["cannot write", "out.wav"]);
    assert_eq!(names(folder.as_path()), ["in.wav"]);
}

#[test]
fn an_interrupted_run_leaves_no_piece() {
    use std::process::Command;
    if !cfg!(target_os = "linux") {
        return;
    }
    let folder = Folder::new();
    let (path, out) = (folder.path("in.wav"), folder.path("out.wav"));
    write_float(&path, 96_000, 2, &tone(96_000, 60.0, 440.0, 0.1));
    let neutral = folder.file("n.json", br#"{"format":"lacquer-settings","version":1,"settings":{}}"#);
    let mut command = Command::new(env!("CARGO_BIN_EXE_lacquer"));
    command.args(["master", &path, "-o", &out, "--settings", &neutral, "--quiet"]);
    let mut child = command.spawn().expect("starts");
    while !names(folder.as_path()).iter().any(|name| name.ends_with(".part")) {
        assert!(child.try_wait().expect("lives").is_none(), "ended before it could be interrupted");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(killed.success());
    assert_eq!(child.wait().expect("ends").code(), Some(130));
    assert_eq!(names(folder.as_path()), ["in.wav", "n.json"]);
}

#[test]
fn settings_of_the_future_are_refused_odd_ones_named() {
    let folder = Folder::new();
    let path = folder.path("in.wav");
    write_float(&path, RATE_HZ, 2, &tone(RATE_HZ, 2.0, 440.0, 0.1));
    let future = folder.file("future.json", br#"{"format":"lacquer-settings","version":99,"settings":{}}"#);
    refused(&lacquer(&["master", &path, "--settings", &future]), 1, &["future.json", "version 99", "update"]);
    let broken = folder.file("broken.json", b"{\"format\":");
    refused(&lacquer(&["master", &path, "--settings", &broken]), 1, &["broken.json", "not JSON"]);
    let other = folder.file("other.json", b"{\"a\":1}");
    refused(&lacquer(&["master", &path, "--settings", &other]), 1, &["other.json", "not Lacquer settings"]);
    refused(&lacquer(&["master", &path, "--settings", &folder.path("none.json")]), 1, &["none.json", "cannot read"]);
    refused(&lacquer(&["suggest", &path, "--target", &other]), 1, &["other.json"]);
    let odd = folder.file(
        "odd.json",
        br#"{"format":"lacquer-settings","version":1,"settings":{"eq":{"sparkle":1},"limiter":{"drive_db":80}}}"#,
    );
    let out = folder.path("out.wav");
    let run = lacquer(&["master", &path, "--settings", &odd, "-o", &out]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stderr.contains("settings.eq.sparkle is not known"), "{run:?}");
    assert!(run.stderr.contains("limiter_drive") && run.stderr.contains("80"), "{run:?}");
    let quiet = lacquer(&["master", &path, "--settings", &odd, "-o", &out, "--force", "--quiet"]);
    assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (0, "", ""));
}

#[test]
fn wrong_options_exit_with_one() {
    let folder = Folder::new();
    let path = folder.path("in.wav");
    write_float(&path, RATE_HZ, 2, &tone(RATE_HZ, 2.0, 440.0, 0.1));
    for (arguments, word) in [
        (vec!["analyze"], "FILE"),
        (vec!["polish", &path], "polish"),
        (vec!["suggest", &path, "--amount", "101"], "0 to 100"),
        (vec!["suggest", &path, "--amount", "nan"], "0 to 100"),
        (vec!["suggest", &path, "--deliver", "-3,4"], "streaming"),
        (vec!["suggest", &path, "--deliver", "tape"], "streaming"),
        (vec!["suggest", &path, "--only", "eq,reverb"], "reverb"),
        (vec!["suggest", &path, "--style", "no such style"], "no such style"),
        (vec!["suggest", &path, "--target", "a.json", "--reference", "b.wav"], "cannot read a.json"),
        (vec!["suggest", &path, "--style", "metal=60,all"], "no blend of styles"),
        (vec!["master", &path, "--bits", "8"], "32f"),
        (vec!["master", &path, "--settings", "a.json", "--style", "auto"], "cannot be used"),
        (vec!["master", &path, &path], "both become"),
    ] {
        let run = lacquer(&arguments);
        assert_eq!(run.code, 1, "{arguments:?}: {run:?}");
        assert!(run.stderr.contains(word), "{arguments:?}: {run:?}");
    }
    for answer in ["--help", "--version"] {
        let run = lacquer(&[answer]);
        assert!(run.code == 0 && run.stdout.to_lowercase().contains("lacquer") && run.stderr.is_empty(), "{run:?}");
    }
    assert_eq!(names(folder.as_path()), ["in.wav"]);
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let folder = Folder::new();
    let (good, bad, better) = (folder.path("good.wav"), folder.path("bad.wav"), folder.path("better.wav"));
    for path in [&good, &better] {
        write_float(path, RATE_HZ, 2, &tone(RATE_HZ, 4.0, 440.0, 0.1));
    }
    let run = lacquer(&["analyze", "--json", &good, &bad, &better]);
    refused(&run, 1, &["bad.wav"]);
    assert_eq!(run.stdout.lines().count(), 2, "one line for each file that could be read");
    let masters = folder.path("masters");
    let run = lacquer(&["master", &good, &bad, &better, "-o", &masters]);
    refused(&run, 1, &["bad.wav"]);
    assert!(run.stdout.contains("2 of 3 files mastered"), "{run:?}");
    assert_eq!(names(Path::new(&masters)), ["better-mastered.wav", "good-mastered.wav"]);
}
