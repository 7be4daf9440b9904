//! Windows: bundles and command built by mingw, and run under Wine. The command masters songs as the build for this system does,
//! the bundles are installed where Windows's hosts look, the plugin is played through from there.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};

use super::{
    Missing, Report, cargo_for,
    compare::{answers_apart, samples_apart_db},
    home, need_target, starts,
    wine::{MINGW, Wine, windows_path},
};
use crate::{bundle::Bundles, cargo, succeed, target_dir};

const TARGET: &str = "x86_64-pc-windows-gnu";
const LINKER_VARIABLE: &str = "CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER";
/// Both builds of the command are to give the same samples within this, dB of full scale.
const SAMPLES_APART_DB: f64 = -120.0;
/// Windows programs that were not told otherwise take paths of up to 260 letters.
const USUAL_LONGEST_PATH: usize = 260;
/// How often the command is killed.
const KILLS: u32 = 12;
const VST3_SOURCE: &str = include_str!("vst3_module.c");

/// What has been built.
struct Built {
    /// The folder of the Windows programs.
    programs: PathBuf,
    /// The command for this system.
    native: PathBuf,
}

/// Does all of it; what cannot be done without a step that did not hold is left out.
pub fn run(report: &mut Report, songs: &[PathBuf]) {
    let Some(built) = report.step("windows build", build) else { return };
    let Some(bundles) = report.step("windows bundles", || bundle(&built)) else { return };
    let Some(wine) = report.step("windows under Wine", || start(&built)) else { return };
    report.step("windows demo mix", || synthesised(&wine, &built));
    report.step("windows master: demo mix", || mastered(&wine, &built, &demo_mix()));
    for song in songs {
        let name = song.file_name().unwrap_or_default().to_string_lossy();
        report.step(&format!("windows master: {name}"), || mastered(&wine, &built, song));
    }
    report.step("windows file names", || file_names(&wine, &built));
    report.step("windows kills", || killed(&wine, &built));
    let Some(installed) = report.step("windows install", || installed(&wine, &built, &bundles)) else { return };
    report.step("windows CLAP", || clap(&wine, &built, &installed.clap));
    report.step("windows VST3", || vst3(&wine, &built, &installed.vst3));
    report.step("windows window", || window(&wine, &built));
}

fn build() -> Result<(Built, String)> {
    need_target(TARGET)?;
    if !starts(MINGW) {
        bail!(Missing(format!("{MINGW} is not installed (Debian and Ubuntu: apt install gcc-mingw-w64-x86-64)")));
    }
    // The chores apart, for their dependencies would ask for other features of what they share with the plugin.
    for packages in [&["lacquer", "lacquer-demo"][..], &["xtask"]] {
        let packages = packages.iter().flat_map(|package| ["--package", package]);
        succeed(cargo_for("build", TARGET).args(packages).env(LINKER_VARIABLE, MINGW))?;
    }
    succeed(cargo().args(["build", "--package", "lacquer", "--bin", "lacquer"]))?;
    let programs = target_dir().join(TARGET).join("debug");
    let native = target_dir().join("debug").join(format!("lacquer{}", std::env::consts::EXE_SUFFIX));
    Ok((Built { programs, native }, "bundles, command, demo and chores compile and link".into()))
}

/// Bundles in a folder apart, for those of this system have the same names.
fn bundle(built: &Built) -> Result<(PathBuf, String)> {
    let folder = home().join(TARGET).join("debug");
    fs::create_dir_all(&folder)?;
    fs::copy(built.programs.join("lacquer.dll"), folder.join("lacquer.dll"))?;
    let bundled = home().join("bundled");
    if bundled.exists() {
        fs::remove_dir_all(&bundled)?;
    }
    nice_plug_xtask::bundle(&home(), "lacquer", &["--target".into(), TARGET.into()], false)?;
    let bundles = Bundles::in_folder(&bundled);
    let module = bundles.vst3.join("Contents/x86_64-win/Lacquer.vst3");
    ensure!(bundles.clap.is_file() && module.is_file(), "{} holds no CLAP and VST3", bundled.display());
    Ok((bundled, "Lacquer.clap and Lacquer.vst3".into()))
}

fn start(built: &Built) -> Result<(Wine, String)> {
    let wine = Wine::new(&home().join("prefix"))?;
    wine.complete(&built.programs)?;
    let version = wine.run(&built.programs.join("lacquer.exe"), &["--version"])?;
    let said = format!("{} runs {}", wine.version()?, version.trim());
    Ok((wine, said))
}

fn demo_mix() -> PathBuf {
    home().join("demo-mix.wav")
}

/// The demo mix of both builds.
fn synthesised(wine: &Wine, built: &Built) -> Result<((), String)> {
    let (native, windows) = (demo_mix(), home().join("demo-mix-windows.wav"));
    succeed(Command::new(&built.native).args(["demo-mix", "--force"]).arg(&native))?;
    wine.run(&built.programs.join("lacquer.exe"), &["demo-mix", "--force", &windows_path(&windows)])?;
    same_samples(&native, &windows).map(|said| ((), said))
}

/// A song by both builds: what is suggested, what is measured, and the master.
fn mastered(wine: &Wine, built: &Built, song: &Path) -> Result<((), String)> {
    let song = song.canonicalize().with_context(|| format!("{} is gone", song.display()))?;
    let masters = ["native", "windows"].map(|which| home().join(format!("master-{which}.wav")));
    let arguments = |song: &str, master: &str| {
        ["master", song, "-o", master, "--bits", "32f", "--json", "--quiet", "--force"].map(str::to_owned)
    };
    let native = Command::new(&built.native)
        .args(arguments(&song.to_string_lossy(), &masters[0].to_string_lossy()))
        .output()
        .with_context(|| format!("{} cannot be started", built.native.display()))?;
    ensure!(native.status.success(), "{}", String::from_utf8_lossy(&native.stderr));
    let command = built.programs.join("lacquer.exe");
    let arguments = arguments(&windows_path(&song), &windows_path(&masters[1]));
    let windows = wine.run(&command, &arguments.each_ref().map(String::as_str))?;
    let [native, windows] = [String::from_utf8(native.stdout)?, windows]
        .map(|answer| serde_json::from_str(&answer).context("an answer is not JSON"));
    let native: serde_json::Value = native?;
    let apart = answers_apart(&native, &windows?)?;
    let items = native["items"].as_array().map_or(0, Vec::len);
    let said = same_samples(&masters[0], &masters[1])?;
    for master in masters {
        fs::remove_file(master)?;
    }
    Ok(((), format!("{items} suggestions, every word the same, figures apart by {apart:.0e} at most; {said}")))
}

fn same_samples(native: &Path, windows: &Path) -> Result<String> {
    let apart_db = samples_apart_db(native, windows)?;
    ensure!(
        apart_db <= SAMPLES_APART_DB,
        "the samples lie {apart_db:.0} dBFS apart, not {SAMPLES_APART_DB:.0} or less"
    );
    Ok(if apart_db == f64::NEG_INFINITY {
        "every sample the same".into()
    } else {
        format!("samples at most {apart_db:.0} dBFS apart")
    })
}

/// What Windows does otherwise with names: letters beyond ASCII, long paths, no difference between cases, patterns that the shell
/// leaves to the program.
fn file_names(wine: &Wine, built: &Built) -> Result<((), String)> {
    let command = built.programs.join("lacquer.exe");
    let songs = home().join("names");
    if songs.exists() {
        fs::remove_dir_all(&songs)?;
    }
    let mut folder = songs.join("Größe 試し ♫");
    while folder.as_os_str().len() < 2 * USUAL_LONGEST_PATH {
        folder.push("a folder's long name, as people give them");
    }
    fs::create_dir_all(&folder)?;
    for name in ["Über.wav", "Straße.wav"] {
        fs::copy(demo_mix(), folder.join(name))?;
    }
    let shown = windows_path(&folder);
    let answers = wine.run(&command, &["analyze", "--json", "--quiet", &format!("{shown}\\*.WAV")])?;
    ensure!(answers.lines().count() == 2 && answers.contains("Über"), "a pattern did not name both songs: {answers}");

    wine.run(&command, &["suggest", &format!("{shown}\\Über.wav"), "-o", &format!("{shown}\\Über.json"), "--quiet"])?;
    let settings = format!("{shown}\\Über.json");
    let master = format!("{shown}\\Ü-master.wav");
    wine.run(&command, &["master", &format!("{shown}\\Über.wav"), "--settings", &settings, "-o", &master, "--quiet"])?;
    ensure!(folder.join("Ü-master.wav").is_file(), "no master in a folder with a long name");

    let before = fs::read(folder.join("Straße.wav"))?;
    let source = format!("{shown}\\STRAßE.WAV");
    let output = wine.output(&command, &["master", &format!("{shown}\\Straße.wav"), "-o", &source, "--force"])?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.code() == Some(1) && error.contains("is a source"),
        "a source in capitals: {} {error}",
        output.status
    );
    ensure!(fs::read(folder.join("Straße.wav"))? == before, "a source named in capitals was overwritten");
    ensure!(!error.contains(r"\\?\"), "a name is shown as the person did not write it: {error}");
    let left: Vec<_> = fs::read_dir(&folder)?
        .flatten()
        .map(|entry| entry.file_name())
        .filter(|name| name.to_string_lossy().ends_with(".part"))
        .collect();
    ensure!(left.is_empty(), "pieces are left: {left:?}");
    fs::remove_dir_all(&songs)?;
    Ok(((), format!("letters beyond ASCII, paths over {USUAL_LONGEST_PATH} letters, capitals, patterns")))
}

/// `lacquer master` is killed while it puts a master in an older one's place: that is the old one or the new one, whole.
fn killed(wine: &Wine, built: &Built) -> Result<((), String)> {
    let command = built.programs.join("lacquer.exe");
    let folder = home().join("kills");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let [master, settings] = ["master.wav", "settings.json"].map(|name| folder.join(name));
    let [song, shown, given] = [&demo_mix(), &master, &settings].map(|path| windows_path(path));
    wine.run(&command, &["suggest", &song, "-o", &given, "--quiet"])?;
    let arguments = ["master", song.as_str(), "--settings", &given, "-o", &shown, "--force", "--quiet"];
    let started = Instant::now();
    wine.run(&command, &arguments)?;
    let whole = started.elapsed();
    let new = fs::read(&master)?;
    let old = b"an older master";
    let mut kept = 0;
    for kill in 0..KILLS {
        fs::write(&master, old)?;
        let mut child = wine.spawn(&command, &arguments)?;
        // From the first moment to somewhat past the usual end.
        thread::sleep(whole * (2 * kill + 1) / (2 * KILLS - 4));
        child.kill()?;
        child.wait()?;
        let left = fs::read(&master).context("the master is gone")?;
        ensure!(left == old || left == new, "kill {kill} left {} bytes of {}", left.len(), new.len());
        kept += u32::from(left == old);
    }
    let pieces = fs::read_dir(&folder)?.count().saturating_sub(2);
    fs::remove_dir_all(&folder)?;
    let replaced = KILLS - kept;
    Ok((
        (),
        format!(
            "{KILLS} kills left {kept} old masters, {replaced} new ones, all whole, and {pieces} pieces of their own names"
        ),
    ))
}

/// Installs the bundles twice, the second over the first, by the chore as a person on Windows runs it.
fn installed(wine: &Wine, built: &Built, bundles: &Path) -> Result<(Bundles, String)> {
    let chores = built.programs.join("xtask.exe");
    let mut text = String::new();
    for _ in 0..2 {
        text = wine.run(&chores, &["install", "--bundles", &windows_path(bundles)])?;
    }
    let places: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("Installed ")).map(str::trim).collect();
    let [clap, vst3] = places[..] else { bail!("not two plugins were installed: {text}") };
    for (place, end) in [(clap, r"\Programs\Common\CLAP\Lacquer.clap"), (vst3, r"\Programs\Common\VST3\Lacquer.vst3")] {
        ensure!(place.ends_with(end), "{place} is not where Windows's hosts look: {end}");
        let folder = wine.native(place)?;
        let names = fs::read_dir(folder.parent().unwrap_or(&folder))?.count();
        ensure!(folder.exists() && names == 1, "{place} is not alone in its folder");
    }
    let said = format!("{clap} and {vst3}");
    Ok((Bundles { clap: clap.into(), vst3: vst3.into() }, said))
}

/// The demo: a host built for Windows plays the demo mix through the installed plugin and holds it against the command's samples.
fn clap(wine: &Wine, built: &Built, plugin: &Path) -> Result<((), String)> {
    let out = home().join("demo");
    let demo = built.programs.join("lacquer-demo.exe");
    let text = wine.run(&demo, &["--plugin", &plugin.to_string_lossy(), "--out", &windows_path(&out)])?;
    println!("{text}");
    for file in ["before.wav", "after.wav", "report.html"] {
        ensure!(out.join(file).is_file(), "the demo left no {file}");
    }
    Ok((
        (),
        "neutral bit for bit, then the assistant's suggestion, sample for sample what `lacquer master` makes".into(),
    ))
}

/// Tests of windows in a host's window: of which package, and their name.
const WINDOW_TESTS: [(&str, &str); 2] = [("lacquer", "win32"), ("vizia-baseview", "hidden")];

/// The plugin's window in a host's window.
fn window(wine: &Wine, built: &Built) -> Result<((), String)> {
    let mut passed = 0;
    for (package, name) in WINDOW_TESTS {
        let mut build = cargo_for("test", TARGET);
        build.args(["--package", package, "--test", name, "--no-run", "--message-format", "json"]);
        let output = build.env(LINKER_VARIABLE, MINGW).stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "the test {name} does not compile");
        let test = String::from_utf8(output.stdout)?
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter(|message| message["target"]["name"] == name)
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .with_context(|| format!("cargo names no test {name}"))?;
        // Windows looks for libraries beside the program.
        let beside = built.programs.join(format!("{name}-test.exe"));
        fs::copy(test, &beside)?;
        let text = wine.run_on_display(&beside, &["--test-threads=1", "--nocapture"])?;
        println!("{text}");
        let count = text.lines().find_map(|line| line.strip_prefix("test result: ok. ")?.split_once(" passed"));
        passed += count.and_then(|(count, _)| count.parse::<u32>().ok()).context("the tests did not come to an end")?;
    }
    Ok(((), format!("{passed} tests in a host's window, of which one opens and closes it 40 times")))
}

fn vst3(wine: &Wine, built: &Built, plugin: &Path) -> Result<((), String)> {
    let source = home().join("vst3_module.c");
    fs::write(&source, VST3_SOURCE)?;
    let loader = built.programs.join("vst3-module.exe");
    succeed(Command::new(MINGW).args(["-municode", "-o"]).arg(&loader).arg(&source))?;
    let module = format!(r"{}\Contents\x86_64-win\Lacquer.vst3", plugin.display());
    let classes = wine.run(&loader, &[&module])?;
    ensure!(classes.contains("Lacquer (Audio Module Class)"), "the module holds no plugin: {classes}");
    let classes: Vec<_> = classes.lines().map(str::trim).collect();
    Ok(((), format!("its module loads and holds {}", classes.join(", "))))
}
