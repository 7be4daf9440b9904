//! Runs Windows programs under Wine, in a Windows folder tree (a prefix) that is made for this and removed afterwards.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

use super::{Missing, starts};
use crate::succeed;

/// The compiler of C for Windows.
pub const MINGW: &str = "x86_64-w64-mingw32-gcc";
/// Where a 64-bit Wine may be; distributions keep it out of the search path where they mean it to run 32-bit programs too.
const WINES: [&str; 4] = ["wine64", "/usr/lib/wine/wine64", "/usr/lib64/wine/wine64", "wine"];
/// A library of Windows that Wine before 9.0 lacks. Rust's random numbers (of hash maps, of passing names) come from it.
const RANDOM: &str = "bcryptprimitives";
const RANDOM_SOURCE: &str = include_str!("bcryptprimitives.c");

/// A prefix and the Wine that runs in it.
pub struct Wine {
    program: &'static str,
    prefix: PathBuf,
}

impl Wine {
    /// Makes a new prefix in `folder`.
    ///
    /// # Errors
    /// [`Missing`] where there is no Wine.
    pub fn new(folder: &Path) -> Result<Self> {
        let found = WINES.into_iter().find(|program| starts(program));
        let Some(program) = found else {
            bail!(Missing("Wine is not installed (Debian and Ubuntu: apt install wine64)".into()))
        };
        let wine = Self { program, prefix: folder.to_owned() };
        wine.remove()?;
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        wine.run(Path::new("wineboot"), &["-i"]).context("Wine could not set itself up")?;
        Ok(wine)
    }

    /// Wine's version.
    pub fn version(&self) -> Result<String> {
        let output = Command::new(self.program).arg("--version").output()?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Puts the library that older versions of Wine lack beside programs that need it.
    pub fn complete(&self, programs: &Path) -> Result<()> {
        let source = self.prefix.join(format!("{RANDOM}.c"));
        fs::write(&source, RANDOM_SOURCE)?;
        let library = programs.join(format!("{RANDOM}.dll"));
        succeed(Command::new(MINGW).arg("-shared").arg("-o").arg(&library).arg(&source).arg("-ladvapi32"))
    }

    /// Runs a program that must succeed, and gives what it prints.
    pub fn run(&self, program: &Path, arguments: &[&str]) -> Result<String> {
        let output = self.output(program, arguments)?;
        let [out, error] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
        let shown = program.file_name().unwrap_or_default().to_string_lossy();
        ensure!(
            output.status.success(),
            "`{shown} {}` under Wine ({}): {error}{out}",
            arguments.join(" "),
            output.status
        );
        Ok(out)
    }

    /// Runs a program that opens windows, on a display that nobody sees, and gives what it prints.
    ///
    /// # Errors
    /// [`Missing`] where there is no such display.
    pub fn run_on_display(&self, program: &Path, arguments: &[&str]) -> Result<String> {
        // It knows no `--version`.
        if Command::new("xvfb-run").arg("--help").output().is_err() {
            bail!(Missing("xvfb-run is not installed (Debian and Ubuntu: apt install xvfb xauth)".into()));
        }
        let mut command = self.command("xvfb-run");
        command.args(["-a", "-s", "-screen 0 1400x900x24", self.program]).arg(program).args(arguments);
        let output = command.stdin(Stdio::null()).output()?;
        let [out, error] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
        ensure!(output.status.success(), "{} under Wine ({}): {error}{out}", program.display(), output.status);
        Ok(out)
    }

    /// Runs a program to its end.
    pub fn output(&self, program: &Path, arguments: &[&str]) -> Result<Output> {
        self.hosting(program, arguments).output().with_context(|| format!("`{}` cannot be started", self.program))
    }

    /// Starts a program and leaves it to whoever asked for it; what it prints goes nowhere.
    pub fn spawn(&self, program: &Path, arguments: &[&str]) -> Result<Child> {
        self.hosting(program, arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("`{}` cannot be started", self.program))
    }

    fn hosting(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = self.command(self.program);
        command.arg(program).args(arguments).stdin(Stdio::null());
        command
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEDEBUG", "-all")
            // Wine offers to download a browser and .NET, which nobody needs here.
            .env("WINEDLLOVERRIDES", "mscoree=;mshtml=")
            // Without a locale of UTF-8 Wine loses letters of file names.
            .env("LC_ALL", "C.UTF-8")
            .env_remove("DISPLAY");
        command
    }

    /// Where a Windows path of the prefix's own drive is on this system.
    pub fn native(&self, path: &str) -> Result<PathBuf> {
        let below = path.strip_prefix("C:\\").with_context(|| format!("{path} is not on the prefix's own drive"))?;
        Ok(self.prefix.join("drive_c").join(below.replace('\\', "/")))
    }

    fn remove(&self) -> Result<()> {
        if self.prefix.exists() {
            // What still runs in this prefix, its registry's keeper first, ends; another prefix is not touched.
            let _ = self.command("wineserver").arg("-k").stderr(Stdio::null()).status();
            fs::remove_dir_all(&self.prefix).with_context(|| format!("{} cannot be removed", self.prefix.display()))?;
        }
        Ok(())
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        if let Err(error) = self.remove() {
            eprintln!("{error:#}");
        }
    }
}

/// How Windows programs name a file of this system: all of it is drive `Z:`.
pub fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.to_string_lossy().replace('/', "\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_a_name_on_either_side() {
        assert_eq!(windows_path(Path::new("/music/Größe 試し.wav")), "Z:\\music\\Größe 試し.wav");
        // No prefix is made: there is nothing to remove.
        let wine = Wine { program: "wine", prefix: "/nowhere/prefix".into() };
        let native = wine.native("C:\\users\\me\\AppData").expect("on C:");
        assert_eq!(native, Path::new("/nowhere/prefix/drive_c/users/me/AppData"));
        assert!(wine.native("Z:\\music").is_err());
    }
}
