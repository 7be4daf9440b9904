//! macOS: no Mac here, and no compiler of C for one, so the source is checked, not built.

use std::process::Stdio;

use anyhow::{Context, Result, bail};

use super::{Missing, Report, cargo_for, need_target};

const TARGETS: [&str; 2] = ["aarch64-apple-darwin", "x86_64-apple-darwin"];

/// What is checked, the most telling first: each is a part of the one before.
const PARTS: [(&str, &[&str]); 3] = [
    ("the plugin with its window, and the command", &["--lib", "--bins"]),
    ("the command", &["--lib", "--bins", "--no-default-features", "--features", "cli"]),
    ("the library alone", &["--lib", "--no-default-features"]),
];

/// Checks each target.
pub fn run(report: &mut Report) {
    for target in TARGETS {
        for (part, options) in PARTS {
            // What is left of a part after one that holds was in that.
            if report.step(&format!("{target}: {part}"), || check(target, options)).is_some() {
                break;
            }
        }
    }
}

fn check(target: &str, options: &[&str]) -> Result<((), String)> {
    need_target(target)?;
    let output = cargo_for("check", target)
        .args(["--package", "lacquer"])
        .args(options)
        .stderr(Stdio::piped())
        .output()
        .context("cargo cannot be started")?;
    if output.status.success() {
        return Ok(((), "passes `cargo check`".into()));
    }
    let text = String::from_utf8_lossy(&output.stderr);
    if let Some(package) = foreign_code(&text) {
        bail!(Missing(format!("`{package}` compiles code in other languages, which needs Apple's SDK")));
    }
    bail!("{}", text.trim())
}

/// The package whose build script failed, if that is what ended a check.
fn foreign_code(text: &str) -> Option<&str> {
    text.split_once("failed to run custom build command for `")?.1.split(['`', ' ']).next()
}

#[cfg(test)]
mod tests {
    use super::foreign_code;

    #[test]
    fn a_build_script_that_failed_is_told_from_an_error_in_the_source() {
        let script = "error: failed to run custom build command for `coreaudio-sys v0.2.17`\n\nCaused by: no clang";
        assert_eq!(foreign_code(script), Some("coreaudio-sys"));
        assert_eq!(foreign_code("error[E0425]: cannot find value `x` in this scope"), None);
    }
}
