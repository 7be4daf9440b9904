//! What a person sees while it runs: answers on standard output, notes and progress on standard error.

use std::{
    io::{ErrorKind, IsTerminal, Write},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lacquer::render::Error;

/// Steps of a progress bar: fine enough to move smoothly.
const STEPS: u64 = 1000;

/// Whether an answer did not arrive where somebody waits for it.
static LOST: AtomicBool = AtomicBool::new(false);

/// Where things are said.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    quiet: bool,
}

impl Console {
    pub fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// Writes an answer. Whoever closes the pipe has read enough, which is no failure.
    pub fn answer(self, text: &str) {
        let written = writeln!(std::io::stdout().lock(), "{}", spelled_out(text, &['\n', '\t']));
        if written.is_err_and(|error| error.kind() != ErrorKind::BrokenPipe) {
            LOST.store(true, Ordering::Relaxed);
        }
    }

    /// What is wrong when an answer could not be written, to a full disk for instance.
    pub fn lost(self) -> Option<Error> {
        let lost = LOST.load(Ordering::Relaxed);
        lost.then(|| Error::Failed("cannot write the answer to standard output: is the disk full?".into()))
    }

    /// Writes what a quiet person does not want to read.
    pub fn tell(self, text: &str) {
        if !self.quiet {
            self.answer(text);
        }
    }

    /// Says something one should know though work goes on.
    pub fn note(self, text: &str) {
        if !self.quiet {
            let _ = writeln!(std::io::stderr().lock(), "note: {}", spelled_out(text, &[]));
        }
    }

    /// Says what went wrong.
    pub fn error(self, error: &Error) {
        let _ = writeln!(std::io::stderr().lock(), "error: {}", spelled_out(&error.to_string(), &[]));
    }

    /// A progress bar on a terminal, nothing in a pipe. Takes 0 to 1; it is gone when dropped.
    pub fn progress(self, doing: &str, path: &Path) -> Progress {
        let visible = !self.quiet && std::io::stderr().is_terminal();
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(STEPS), target);
        let style = ProgressStyle::with_template("{prefix:>10} {bar:30} {percent:>3} %  {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(doing.to_owned());
        bar.set_message(path.display().to_string());
        if visible {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Progress(bar)
    }
}

/// A text as a terminal and a script may have it: names of files and what they hold can be anything, orders to the terminal too.
/// Control characters are spelled out, but for those that the text is laid out with.
fn spelled_out(text: &str, layout: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter.is_control() && !layout.contains(&letter) {
            true => out.extend(letter.escape_default()),
            false => out.push(letter),
        }
    }
    out
}

/// A progress bar.
pub struct Progress(ProgressBar);

impl Progress {
    /// Moves the bar to a share of the work, 0 to 1.
    pub fn at(&self, share: f64) {
        self.0.set_position((share.clamp(0.0, 1.0) * STEPS as f64) as u64);
    }

    /// Moves the bar to `done` of `whole`, where the whole is known.
    pub fn frames(&self, done: u64, whole: Option<u64>) {
        if let Some(whole) = whole.filter(|whole| *whole > 0) {
            self.at(done as f64 / whole as f64);
        }
    }

    /// Lets something be said while the bar is away.
    pub fn beside(&self, say: impl FnOnce()) {
        self.0.suspend(say);
    }

    /// Renames what is being worked on.
    pub fn working_on(&self, path: &Path) {
        self.0.set_message(path.display().to_string());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
