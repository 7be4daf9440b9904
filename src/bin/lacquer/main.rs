//! The command `lacquer`: measures, suggests and masters audio files with the plugin's own chain and assistant.

mod album;
mod analyze;
mod console;
mod demo_mix;
mod interruption;
mod learn;
mod learned;
mod manual;
mod master;
mod options;
mod patterns;
mod sources;
mod suggest;
mod table;
mod targets;
mod wishes;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use console::Console;
use lacquer::{
    assistant::Learner,
    render::{Error, guard},
};
use options::{Command, Options};

/// Bad input or options.
const EXIT_BAD_INPUT: u8 = 1;
/// Failed while working.
const EXIT_FAILED: u8 = 2;

fn main() -> ExitCode {
    guard::silence_guarded_panics();
    interruption::cleans_up();
    let mut options = match Options::try_parse() {
        Ok(options) => options,
        Err(error) => {
            // Help and version are answers; nobody is left to be told when printing them fails.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { EXIT_BAD_INPUT } else { 0 });
        }
    };
    let console = Console::new(options.quiet);
    match &mut options.command {
        Command::Analyze { files, .. } | Command::Learn { sources: files, .. } => patterns::expand(files),
        Command::Master(options) => patterns::expand(&mut options.files),
        _ => {}
    }
    let mut failures = match options.command {
        Command::Analyze { files, json } => analyze::run(&files, json, console),
        Command::Suggest { file, wishes, output, force } => {
            suggest::run(&file, &wishes, output.as_deref(), force, console).err().into_iter().collect()
        }
        Command::Master(options) if options.album => album::run(&options, console),
        Command::Master(options) => master::run(&options, console),
        Command::Learn { sources, output, name, upon, description, force } => {
            let name = name.unwrap_or_else(|| output.file_stem().unwrap_or_default().to_string_lossy().into_owned());
            let mut learner = Learner::new(&name);
            learner.describe(&description);
            learn::run(learner, &sources, upon.as_deref(), &output, force, console).err().into_iter().collect()
        }
        Command::DemoMix { output, force } => demo_mix::run(&output, force).err().into_iter().collect(),
        Command::Targets => {
            targets::run(console);
            Vec::new()
        }
        Command::Manual { folder } => manual::run(&folder).err().into_iter().collect(),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Options::command(), "lacquer", &mut script);
            console.answer(String::from_utf8_lossy(&script).trim_end());
            Vec::new()
        }
    };
    failures.extend(console.lost());
    exit_code(&failures, console)
}

/// Says what failed, at the end where it is seen, and what that means to a script.
fn exit_code(failures: &[Error], console: Console) -> ExitCode {
    for error in failures {
        console.error(error);
    }
    match failures {
        [] => ExitCode::SUCCESS,
        _ if failures.iter().any(|error| matches!(error, Error::Failed(_))) => ExitCode::from(EXIT_FAILED),
        _ => ExitCode::from(EXIT_BAD_INPUT),
    }
}
