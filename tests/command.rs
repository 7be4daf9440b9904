//! The command as a person and a script use it, judged by independent meters and by arithmetic.
#![cfg(feature = "cli")]

mod command_support;

use std::{fs, sync::OnceLock};

use command_support::{Folder, flac, interleaved, lacquer, tone, write_float};
use ebur128::{EbuR128, Mode};
use lacquer::{assistant::Target, render::demo_mix::synthesise};

const RATE_HZ: u32 = 44_100;

/// The demo mix as a file, made once.
fn demo_mix() -> &'static str {
    static FILE: OnceLock<(Folder, String)> = OnceLock::new();
    let (_, path) = FILE.get_or_init(|| {
        let folder = Folder::new();
        let path = folder.path("demo mix.wav");
        let mix = synthesise(RATE_HZ);
        write_float(&path, RATE_HZ, 2, &interleaved(&mix.left, &mix.right));
        (folder, path)
    });
    path
}

/// Samples of a WAV file as fractions of full scale, interleaved, with its spec.
fn read(path: &str) -> (Vec<f32>, hound::WavSpec) {
    let mut reader = hound::WavReader::open(path).expect("opens");
    let spec = reader.spec();
    let samples = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().map(|sample| sample.expect("a sample")).collect(),
        hound::SampleFormat::Int => {
            let full_scale = 2f64.powi(i32::from(spec.bits_per_sample) - 1);
            let whole = reader.samples::<i32>().map(|sample| sample.expect("a sample"));
            whole.map(|sample| (f64::from(sample) / full_scale) as f32).collect()
        }
    };
    (samples, spec)
}

/// Integrated loudness (LUFS) and true peak (dBTP) by the ebur128 crate alone.
fn independent(samples: &[f32], rate_hz: u32) -> (f64, f64) {
    let mut meter = EbuR128::new(2, rate_hz, Mode::I | Mode::TRUE_PEAK).expect("a meter");
    meter.add_frames_f32(samples).expect("measures");
    let peak = (0..2).map(|channel| meter.true_peak(channel).expect("a peak")).fold(0.0, f64::max);
    (meter.loudness_global().expect("a loudness"), 20.0 * peak.log10())
}

fn number(value: &serde_json::Value, pointer: &str) -> f64 {
    value.pointer(pointer).and_then(serde_json::Value::as_f64).unwrap_or_else(|| panic!("no number at {pointer}"))
}

#[test]
fn analysis_of_a_tone_is_what_the_standard_says() {
    let folder = Folder::new();
    let path = folder.path("tone.wav");
    // EBU Tech 3341: a stereo sine of 1 kHz at -20 dBFS measures -20 LUFS.
    write_float(&path, 48_000, 2, &tone(48_000, 20.0, 1000.0, 0.1));
    let run = lacquer(&["analyze", "--json", &path]);
    assert_eq!((run.code, run.stderr.as_str(), run.stdout.lines().count()), (0, "", 1));
    let answer = run.json();
    assert_eq!(answer["file"].as_str(), Some(path.as_str()));
    for (pointer, expected, tolerance) in [
        ("/sample_rate_hz", 48_000.0, 0.0),
        ("/channels", 2.0, 0.0),
        ("/heard_s", 20.0, 0.001),
        ("/loudness/integrated_lufs", -20.0, 0.1),
        ("/loudness/momentary_max_lufs", -20.0, 0.1),
        ("/loudness/short_term_max_lufs", -20.0, 0.1),
        ("/loudness/true_peak_dbtp", -20.0, 0.2),
        ("/loudness/range_lu", 0.0, 0.1),
        ("/loudness/plr_db", 0.0, 0.2),
        ("/stereo/correlation", 1.0, 0.001),
        // Band 17 holds 1 kHz; the mean power of a sine lies 3.01 dB under its peak.
        ("/spectrum/centre_hz/17", 1000.0, 0.1),
        ("/spectrum/mid_db/17", -23.01, 0.1),
    ] {
        let value = number(&answer, pointer);
        assert!((value - expected).abs() <= tolerance, "{pointer} is {value}, not {expected}");
    }
    for list in ["centre_hz", "mid_db", "side_db"] {
        assert_eq!(answer["spectrum"][list].as_array().map(Vec::len), Some(31), "{list}");
    }
    assert!(number(&answer, "/spectrum/side_db/17") < -100.0);
    assert!(answer["faults"].is_array());
    let table = lacquer(&["analyze", &path]);
    assert_eq!(table.code, 0);
    assert!(table.stdout.contains("−20.0 LUFS") && table.stdout.contains("0:20"), "{}", table.stdout);
}

#[test]
fn a_master_is_as_loud_as_decided_and_under_its_ceiling() {
    let folder = Folder::new();
    let (out, report) = (folder.path("master.wav"), folder.path("report.html"));
    for (deliver, ceiling_dbtp) in [("streaming", -1.0), ("-16.5,-2", -2.0)] {
        let run = lacquer(&[
            "master",
            demo_mix(),
            "-o",
            &out,
            "--deliver",
            deliver,
            "--json",
            "--force",
            "--report",
            &report,
        ]);
        assert_eq!(run.code, 0, "{run:?}");
        let answer = run.json();
        let (samples, spec) = read(&out);
        assert_eq!((spec.sample_rate, spec.channels, spec.bits_per_sample), (RATE_HZ, 2, 24));
        assert_eq!(samples.len(), read(demo_mix()).0.len(), "as long as the source");
        let (lufs, dbtp) = independent(&samples, RATE_HZ);
        let decided = number(&answer, "/decided_lufs");
        assert!((lufs - decided).abs() < 0.2, "{deliver}: {lufs} LUFS, {decided} decided");
        assert!(dbtp <= ceiling_dbtp + 0.05, "{deliver}: {dbtp} dBTP over {ceiling_dbtp}");
        assert!((number(&answer, "/result/loudness/integrated_lufs") - lufs).abs() < 0.1);
        for key in ["measurement", "settings", "expected"] {
            assert!(answer[key].is_object(), "{key}");
        }
        let items = answer["items"].as_array().expect("items");
        assert!(!items.is_empty());
        for item in items {
            for key in ["module", "reason", "unit"] {
                assert!(item[key].is_string(), "{key} of {item}");
            }
            for key in ["measured", "target_low", "target_high", "confidence"] {
                assert!(item[key].is_number(), "{key} of {item}");
            }
        }
    }
    let page = fs::read_to_string(&report).expect("a report");
    assert!(page.contains("demo mix") && page.contains("<svg") && page.trim_end().ends_with("</html>"));
}

#[test]
fn suggested_settings_give_the_same_master_when_they_come_from_a_file() {
    let folder = Folder::new();
    let (settings, direct, by_file) = (folder.path("s.json"), folder.path("direct.wav"), folder.path("file.wav"));
    let suggested = lacquer(&["suggest", demo_mix(), "-o", &settings, "--only", "eq,limiter"]);
    assert_eq!(suggested.code, 0, "{suggested:?}");
    assert!(suggested.stdout.contains("before") && suggested.stdout.contains("LUFS"), "{}", suggested.stdout);
    assert_eq!(lacquer(&["master", demo_mix(), "-o", &direct, "--bits", "32f", "--only", "eq,limiter"]).code, 0);
    let run = lacquer(&["master", demo_mix(), "-o", &by_file, "--bits", "32f", "--settings", &settings]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(fs::read(&direct).expect("reads") == fs::read(&by_file).expect("reads"), "the same bytes");
}

#[test]
fn neutral_settings_and_an_amount_of_nothing_copy_every_bit() {
    let folder = Folder::new();
    let (path, out) = (folder.path("in.wav"), folder.path("out.wav"));
    let mut state = 1u32;
    let noise: Vec<f32> = (0..2 * 5 * RATE_HZ)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 2f32.powi(25) - 0.25
        })
        .collect();
    write_float(&path, RATE_HZ, 2, &noise);
    let neutral = folder.file("n.json", br#"{"format":"lacquer-settings","version":1,"settings":{}}"#);
    for options in [["--settings", &neutral], ["--amount", "0"]] {
        let run = lacquer(&["master", &path, "-o", &out, "--bits", "32f", "--force", options[0], options[1]]);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(read(&out).0 == noise, "{options:?}");
    }
}

#[test]
fn given_settings_are_brought_to_the_delivery() {
    let folder = Folder::new();
    let out = folder.path("out.wav");
    let settings = folder.file(
        "s.json",
        br#"{"format":"lacquer-settings","version":1,"settings":{"limiter":{"on":true,"drive_db":1.0}}}"#,
    );
    for (deliver, lufs, dbtp) in [("-16,-1.5", -16.0, -1.5), ("broadcast", -23.0, -1.0)] {
        let run =
            lacquer(&["master", demo_mix(), "-o", &out, "--settings", &settings, "--deliver", deliver, "--force"]);
        assert_eq!(run.code, 0, "{run:?}");
        let (loudness, peak) = independent(&read(&out).0, RATE_HZ);
        assert!((loudness - lufs).abs() < 0.15 && peak <= dbtp + 0.05, "{deliver}: {loudness} LUFS, {peak} dBTP");
    }
}

#[test]
fn sixteen_bits_are_dithered() {
    let folder = Folder::new();
    let (path, out) = (folder.path("in.wav"), folder.path("out.wav"));
    let lsb = 2f64.powi(-15);
    // Less than half a step: rounding alone would leave nothing of it.
    let quiet = tone(RATE_HZ, 10.0, 441.0, 0.4 * lsb);
    write_float(&path, RATE_HZ, 2, &quiet);
    let neutral = folder.file("n.json", br#"{"format":"lacquer-settings","version":1,"settings":{}}"#);
    let run = lacquer(&["master", &path, "-o", &out, "--bits", "16", "--settings", &neutral]);
    assert_eq!(run.code, 0, "{run:?}");
    let (samples, spec) = read(&out);
    assert_eq!(spec.bits_per_sample, 16);
    let pairs = || samples.iter().zip(&quiet).map(|(out, sine)| (f64::from(*out), f64::from(*sine)));
    let kept = pairs().map(|(out, sine)| out * sine).sum::<f64>() / pairs().map(|(_, sine)| sine * sine).sum::<f64>();
    assert!((kept - 1.0).abs() < 0.03, "{kept} of the tone is left");
    // TPDF dither of two steps and the rounding: variances 1/6 and 1/12, together half a step RMS.
    let noise = (pairs().map(|(out, sine)| (out - sine).powi(2)).sum::<f64>() / samples.len() as f64).sqrt() / lsb;
    assert!((noise - 0.5).abs() < 0.02, "{noise} steps of noise");
}

#[test]
fn tags_of_the_source_are_kept() {
    let folder = Folder::new();
    let path = folder.path("in.wav");
    write_float(&path, RATE_HZ, 2, &tone(RATE_HZ, 3.0, 440.0, 0.1));
    // As other programs write it: a chunk behind the samples, with an odd length that is padded.
    let mut info = b"INFO".to_vec();
    for (id, text) in [(b"INAM", "Title"), (b"IART", "An Artist\0"), (b"ICMT", "not too loud\0\0")] {
        info.extend_from_slice(id);
        info.extend_from_slice(&(text.len() as u32).to_le_bytes());
        info.extend_from_slice(text.as_bytes());
        info.resize(info.len() + text.len() % 2, 0);
    }
    let mut bytes = fs::read(&path).expect("reads");
    bytes.extend_from_slice(b"LIST");
    bytes.extend_from_slice(&(info.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&info);
    let riff_length = (bytes.len() as u32 - 8).to_le_bytes();
    bytes[4..8].copy_from_slice(&riff_length);
    let (tagged, once, twice) = (folder.file("tagged.wav", &bytes), folder.path("once.wav"), folder.path("twice.wav"));
    assert_eq!(lacquer(&["master", &tagged, "-o", &once, "--bits", "24"]).code, 0);
    assert_eq!(lacquer(&["master", &once, "-o", &twice, "--bits", "16"]).code, 0);
    for out in [&once, &twice] {
        let bytes = fs::read(out).expect("reads");
        assert_eq!(u32::from_le_bytes(bytes[4..8].try_into().expect("four bytes")) as usize, bytes.len() - 8);
        let list = bytes.windows(4).rposition(|window| window == b"LIST").expect("a LIST chunk");
        for text in ["INAM", "Title\0", "IART", "An Artist\0", "ICMT", "not too loud\0"] {
            let found = bytes[list..].windows(text.len()).any(|window| window == text.as_bytes());
            assert!(found, "{text} in {out}");
        }
        assert_eq!(read(out).0.len(), 2 * 3 * RATE_HZ as usize, "the chunk is not taken for samples");
    }
}

#[test]
fn flac_is_read_to_the_bit_with_its_tags() {
    let folder = Folder::new();
    let samples: Vec<i16> = (0..2 * 3 * RATE_HZ).map(|n| (n.wrapping_mul(2_654_435_761) >> 18) as i16 - 8192).collect();
    let comments = ["TITLE=Größe", "ARTIST=Someone", "ALBUM=An Album", "DATE=1999", "GENRE=Jazz", "TRACKNUMBER=7"];
    let path = folder.file("song.flac", &flac::encode(RATE_HZ, &samples, &comments));
    let neutral = folder.file("n.json", br#"{"format":"lacquer-settings","version":1,"settings":{}}"#);
    let out = folder.path("out.wav");
    let run = lacquer(&["master", &path, "-o", &out, "--settings", &neutral, "--bits", "32f"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let expected: Vec<f32> = samples.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
    assert!(read(&out).0 == expected);
    let bytes = fs::read(&out).expect("reads");
    for text in ["INAM\x08\0\0\0Größe\0", "Someone\0", "An Album\0", "1999\0", "Jazz\0", "ITRK\x02\0\0\x007\0"] {
        assert!(bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
    }
    // Half of it is read as far as it goes.
    let whole = fs::read(&path).expect("reads");
    let half = folder.file("half.flac", &whole[..whole.len() / 2]);
    let run = lacquer(&["analyze", "--json", &half]);
    assert!(run.code == 0 && run.stderr.contains("breaks off"), "{run:?}");
    assert!((number(&run.json(), "/heard_s") - 1.5).abs() < 0.1);
}

#[test]
fn a_target_is_learned_from_folders_and_used() {
    let folder = Folder::new();
    fs::create_dir_all(folder.as_path().join("masters/album")).expect("folders");
    let mut noise = 1u32;
    let mut music = |rate_hz: u32, seconds: f64| -> Vec<f32> {
        let frames = (seconds * f64::from(rate_hz)) as usize;
        let loudness = |n: usize| 0.1 + 0.1 * (n as f32 / 5000.0).sin().abs();
        let next = |_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 8) as f32 / 2f32.powi(23) - 1.0
        };
        (0..2 * frames).map(next).enumerate().map(|(n, noise)| loudness(n / 2) * noise).collect()
    };
    for (name, seconds) in [("masters/one.wav", 30.0), ("masters/album/two.WAV", 30.0), ("masters/jingle.wav", 5.0)] {
        write_float(&folder.path(name), 32_000, 2, &music(32_000, seconds));
    }
    folder.file("masters/broken.flac", b"not a flac file");
    folder.file("masters/cover.jpg", b"not audio at all");
    let (masters, target) = (folder.path("masters"), folder.path("mine.json"));
    let run = lacquer(&["learn", &masters, demo_mix(), "-o", &target, "--name", "mine", "--description", "mine own"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("3 of 5 files"), "{run:?}");
    assert!(run.stdout.contains("`mine`: 3 songs, 3 albums") && run.stdout.contains("Furthest"), "{run:?}");
    assert!(run.stderr.contains("left out") && run.stderr.contains("broken.flac"), "{run:?}");
    assert!(run.stderr.contains("jingle.wav"), "{run:?}");
    let learned = Target::from_text(&fs::read_to_string(&target).expect("reads")).expect("a target");
    assert_eq!((learned.name.as_str(), learned.description.as_str(), learned.songs), ("mine", "mine own", 3));
    let by_target = lacquer(&["suggest", demo_mix(), "--json", "--target", &target]);
    assert_eq!(by_target.code, 0, "{by_target:?}");
    let by_reference = lacquer(&["suggest", demo_mix(), "--json", "--reference", demo_mix()]);
    assert_eq!(by_reference.code, 0, "{by_reference:?}");
    assert!(by_reference.json()["settings"].is_object());
    // Upon one's own masters, and those upon a style.
    let upon = folder.path("upon.json");
    let run = lacquer(&["learn", demo_mix(), "-o", &upon, "--upon", "Metal"]);
    assert!(run.code == 0 && run.stdout.contains("upon  metal"), "{run:?}");
    let run = lacquer(&["learn", demo_mix(), "-o", &upon, "--upon", &target, "--force"]);
    assert!(run.code == 0 && run.stdout.contains("upon  mine"), "{run:?}");
    let run = lacquer(&["learn", demo_mix(), "-o", &upon, "--upon", "polka", "--force"]);
    assert!(run.code == 1 && run.stderr.contains("no style `polka`"), "{run:?}");
    let by_both = lacquer(&["suggest", demo_mix(), "--json", "--reference", demo_mix(), "--target", &target]);
    assert!(by_both.code == 0 && by_both.json() != by_reference.json(), "{by_both:?}");
}

#[test]
fn styles_blend_by_weights_of_ones_own() {
    let run = lacquer(&["suggest", demo_mix(), "--json", "--style", "metal=60,all=20"]);
    assert_eq!(run.code, 0, "{run:?}");
    let shares: Vec<(String, f64)> = run.json()["styles"]
        .as_array()
        .expect("shares")
        .iter()
        .map(|share| (share["name"].as_str().unwrap_or_default().to_owned(), share["share"].as_f64().unwrap_or(0.0)))
        .collect();
    assert_eq!(shares, [("metal".to_owned(), 0.75), ("all".to_owned(), 0.25)]);
    for (wrong, why) in [("metal=", "no blend"), ("metal=1,polka=1", "no style `polka`")] {
        let run = lacquer(&["suggest", demo_mix(), "--style", wrong]);
        assert!(run.code == 1 && run.stderr.contains(why), "{run:?}");
    }
}

#[test]
fn targets_and_completions_are_answers() {
    let targets = lacquer(&["targets"]);
    for name in ["streaming", "loud", "apple", "broadcast", "cd", "vinyl", "auto"] {
        assert!(targets.code == 0 && targets.stdout.contains(name), "{targets:?}");
    }
    for target in Target::shipped() {
        assert!(targets.stdout.contains(&target.name), "{}", target.name);
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = lacquer(&["completions", shell]);
        assert!(script.code == 0 && script.stdout.contains("analyze"), "{shell}");
    }
}

#[test]
fn the_manual_has_a_page_for_each_subcommand_that_is_shown() {
    let folder = Folder::new();
    let man = folder.path("man");
    let done = lacquer(&["manual", &man]);
    assert_eq!(done.code, 0, "{done:?}");
    let place = |name: &str| std::path::Path::new(&man).join(name);
    let page = |name: &str| std::fs::read_to_string(place(name)).unwrap_or_default();
    assert!(page("lacquer.1").contains("lacquer\\-master(1)"), "{}", page("lacquer.1"));
    assert!(page("lacquer-master.1").contains("\\-\\-album"));
    assert!(!place("lacquer-demo-mix.1").exists() && !place("lacquer-manual.1").exists());
    let refused = lacquer(&["manual", &format!("{man}/lacquer.1")]);
    assert!(refused.code == 2 && refused.stderr.contains("cannot write the manual's pages"), "{refused:?}");
}

/// A click through linear phase: what comes out is symmetrical about the sample where the click was, in a file as long as the
/// source, and its sum (the gain at 0 Hz) is what the shelf says.
#[test]
fn linear_phase_lies_in_time_with_the_song() {
    let folder = Folder::new();
    let (source, out) = (folder.path("click.wav"), folder.path("out.wav"));
    for (rate_hz, place) in [(44_100u32, 25_000), (96_000, 50_000)] {
        let mut clicks = vec![0f32; 2 * 2 * place];
        clicks[2 * place] = 0.25;
        clicks[2 * place + 1] = -0.25;
        write_float(&source, rate_hz, 2, &clicks);
        let settings = folder.file(
            "linear.json",
            br#"{"format":"lacquer-settings","version":1,"settings":{"eq":{"phase":"linear","bands":[
                {"on":true,"filter":"low_shelf","frequency_hz":200,"gain_db":6,"q":0.7},{},{},{},{},{},{},{}]}}}"#,
        );
        let run = lacquer(&["master", &source, "-o", &out, "--settings", &settings, "--bits", "32f", "--force"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let (samples, spec) = read(&out);
        assert_eq!((spec.sample_rate, samples.len()), (rate_hz, clicks.len()));
        let left: Vec<_> = samples.iter().step_by(2).map(|sample| f64::from(*sample)).collect();
        for distance in 1..20_000 {
            let difference = left[place + distance] - left[place - distance];
            assert!(difference.abs() < 2e-8, "{difference} at {distance}, {rate_hz} Hz");
        }
        let gain_db = 20.0 * (left.iter().sum::<f64>() / 0.25).log10();
        assert!((gain_db - 6.0).abs() < 0.02, "{gain_db} dB at 0 Hz, {rate_hz} Hz");
    }
}

#[test]
fn an_album_keeps_its_songs_in_relation_and_loses_none_to_a_broken_one() {
    let folder = Folder::new();
    let songs = folder.as_path().join("songs");
    fs::create_dir(&songs).expect("a folder");
    let (samples, spec) = read(demo_mix());
    let part = &samples[..samples.len().min(2 * 24 * spec.sample_rate as usize)];
    for (name, gain) in [("1-single", 1.0f32), ("2-ballad", 0.4)] {
        let quieter: Vec<f32> = part.iter().map(|sample| sample * gain).collect();
        write_float(&songs.join(name).with_extension("wav").display().to_string(), RATE_HZ, 2, &quieter);
    }
    fs::write(songs.join("3-broken.wav"), "no music").expect("a file");
    let (songs, out) = (songs.display().to_string(), folder.path("out"));
    let report = folder.path("album.html");
    let arguments = ["master", &songs, "--album", "-o", &out, "--report", &report, "--bits", "32f"];
    let run = lacquer(&arguments);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("3-broken.wav") && run.stdout.contains("2 of 3 songs mastered"), "{run:?}");
    let lufs = |name: &str| {
        let (samples, spec) = read(&format!("{out}/{name}-mastered.wav"));
        independent(&samples, spec.sample_rate).0
    };
    // 0.4 is 7.96 dB: the ballad stays within 1 LU of that.
    let apart = lufs("1-single") - lufs("2-ballad");
    assert!((6.8..9.1).contains(&apart), "{apart} LU apart");
    let page = fs::read_to_string(&report).expect("a report");
    assert!(page.contains("1-single (anchor)") && page.contains("2-ballad") && page.contains("Not mastered"), "{page}");
    assert!(lacquer(&arguments).stderr.contains("exists already"));
}
