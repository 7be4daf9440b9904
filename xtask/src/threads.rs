//! What crosses threads, under ThreadSanitizer: every access of memory is watched for one of another thread that nothing orders.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{succeed, target_dir};

/// Stress of the link alone, and the plugin in its host: audio thread, worker and main thread.
const TESTS: [&str; 2] = ["link_stress", "clap_host"];

/// `cargo xtask threads [TEST FILTER...]`.
pub fn run(arguments: &[String]) -> Result<()> {
    let source = Command::new("rustc").args(["+nightly", "--print", "sysroot"]).output();
    let has_source = source.is_ok_and(|answer| {
        let root = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
        answer.status.success() && std::path::Path::new(&root).join("lib/rustlib/src/rust/library/Cargo.lock").exists()
    });
    if !has_source {
        bail!(
            "the nightly compiler with its source is needed, for the standard library is watched as well: \
             rustup toolchain install nightly --component rust-src"
        );
    }
    let host = String::from_utf8_lossy(&Command::new("rustc").args(["+nightly", "-vV"]).output()?.stdout)
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))
        .unwrap_or_default();
    let mut command = Command::new("cargo");
    command
        .args(["+nightly", "test", "-Zbuild-std", "--target", &host, "--package", "lacquer", "--no-default-features"])
        .args(["--features", "plugin", "--target-dir"])
        .arg(target_dir().join("threads"))
        .env("RUSTFLAGS", "-Zsanitizer=thread")
        // A cargo that runs this one would have its own compiler taken.
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO");
    for test in TESTS {
        command.args(["--test", test]);
    }
    succeed(command.arg("--").args(arguments))
}
