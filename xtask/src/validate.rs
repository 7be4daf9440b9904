//! The formats' own validators, where they are installed. No registry has them: they come as programs from their makers.

use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::bundle::{self, Bundles};

/// A validator: its program, what it is run with, and where it comes from.
struct Validator {
    program: &'static str,
    arguments: fn(&Bundles) -> Vec<String>,
    how_to_get: &'static str,
}

const VALIDATORS: [Validator; 3] = [
    Validator {
        program: "clap-validator",
        arguments: |bundles| vec!["validate".into(), bundles.clap.display().to_string()],
        how_to_get: "a program from https://github.com/free-audio/clap-validator/releases, or `cargo install --git \
                     https://github.com/free-audio/clap-validator`",
    },
    Validator {
        program: "validator",
        // Its extensive tests: each parameter automated in each way, every arrangement against every other.
        arguments: |bundles| vec!["-e".into(), bundles.vst3.display().to_string()],
        how_to_get: "part of the VST 3 SDK, https://github.com/steinbergmedia/vst3sdk: `cmake -B build && cmake --build build \
                     --target validator`, then put build/bin on the PATH",
    },
    Validator {
        program: "pluginval",
        arguments: |bundles| {
            ["--strictness-level", "10", "--validate-in-process", "--validate"]
                .map(String::from)
                .into_iter()
                .chain([bundles.vst3.display().to_string()])
                .collect()
        },
        how_to_get: "a program from https://github.com/Tracktion/pluginval/releases",
    },
];

/// `cargo xtask validate [--strict]`.
pub fn run(arguments: &[String]) -> Result<()> {
    let strict = match arguments {
        [] => false,
        [option] if option == "--strict" => true,
        _ => bail!("`{}` is not understood; the only option is --strict", arguments.join(" ")),
    };
    let missing: Vec<_> = VALIDATORS.iter().filter(|validator| !is_there(validator.program)).collect();
    for validator in &missing {
        println!("skipped: {} is not on the PATH: {}", validator.program, validator.how_to_get);
    }
    if missing.len() < VALIDATORS.len() {
        let bundles = bundle::build(&[], &["--release".into()])?;
        let mut failed = Vec::new();
        for validator in VALIDATORS.iter().filter(|validator| is_there(validator.program)) {
            println!("\n== {}", validator.program);
            if !Command::new(validator.program).args((validator.arguments)(&bundles)).status()?.success() {
                failed.push(validator.program);
            }
        }
        ensure!(failed.is_empty(), "{} found faults", failed.join(", "));
    }
    println!("What they check, `cargo xtask test tests` checks too: --test clap_host, --test vst3_host.");
    ensure!(!strict || missing.is_empty(), "{} of {} validators are missing", missing.len(), VALIDATORS.len());
    Ok(())
}

/// Whether a program of that name can be started.
fn is_there(program: &str) -> bool {
    Command::new(program).arg("--help").output().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_validator_is_given_the_bundle_of_its_format() {
        let bundles = Bundles { clap: "x/Lacquer.clap".into(), vst3: "x/Lacquer.vst3".into() };
        let last = |validator: &Validator| (validator.arguments)(&bundles).pop().expect("a path");
        assert_eq!(VALIDATORS.each_ref().map(last), ["x/Lacquer.clap", "x/Lacquer.vst3", "x/Lacquer.vst3"]);
        assert!(run(&["--fast".into()]).is_err(), "no such option");
    }
}
