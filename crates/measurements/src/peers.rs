//! `peers`: everything measured beside the peers in one run, as Markdown or JSON, and written into the documentation.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::{
    eq_accuracy, files, latency, limiter_quality, lv2::Host, machine, overshoot, signals, speed, subjects::ALL_PLUGINS,
    table::Table,
};

/// Where the figures are kept, from the workspace's folder.
const DOCUMENT: &str = "docs/measurements/peers.md";
/// Sample rate of the demo mix, Hz.
const SONG_RATE_HZ: u32 = 48_000;
/// How people get the peers.
const INSTALL: &str = "Debian and Ubuntu: `apt install lsp-plugins-lv2 calf-plugins x42-plugins liblilv-0-0`; \
                       Fedora: `dnf install lsp-plugins-lv2 lv2-calf-plugins lv2-x42-plugins lilv-libs`";
/// Parts that can be run alone.
const PARTS: [&str; 5] = ["limiters", "overshoot", "eq", "delay", "speed"];

/// What `peers` was asked for.
#[derive(Debug, Default, PartialEq)]
pub struct Options {
    song: Option<PathBuf>,
    json: bool,
    require_peers: bool,
    only: Option<String>,
}

impl Options {
    /// Reads the command's arguments.
    ///
    /// # Errors
    /// Names the option that is unknown or lacks its value.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("{argument} wants a value"));
            match argument.as_str() {
                "--song" => options.song = Some(value()?.into()),
                "--json" => options.json = true,
                "--require-peers" => options.require_peers = true,
                "--only" => options.only = Some(value()?),
                other => {
                    bail!("unknown option `{other}`; there are --song FILE, --json, --only PART and --require-peers")
                }
            }
        }
        if let Some(part) = options.only.as_deref().filter(|part| !PARTS.contains(part)) {
            bail!("there is no part `{part}`; the parts are {}", PARTS.join(", "));
        }
        Ok(options)
    }

    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

/// Everything of one run.
#[derive(Serialize)]
struct Report {
    processor: String,
    peers: Vec<String>,
    song: String,
    tables: Vec<Table>,
}

/// Whether the peers took part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    Complete,
    /// Peers are missing though they were required.
    PeersMissing,
}

/// Measures, prints, and writes the document when everything took part.
///
/// # Errors
/// When the song cannot be read, a plugin does not do what it must, or the document cannot be written.
pub fn run(options: &Options) -> Result<Outcome> {
    let host = installed();
    if host.is_none() {
        eprintln!("The peers are not installed, so the rows are Lacquer's alone. {INSTALL}.");
        if options.require_peers {
            return Ok(Outcome::PeersMissing);
        }
    }
    let report = measure(options, host.as_ref())?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        report.tables.iter().for_each(|table| println!("{}", table.markdown()));
    }
    if host.is_some() && options.only.is_none() {
        files::write(Path::new(DOCUMENT), &document(&report))?;
        eprintln!("Written to {DOCUMENT}.");
    }
    Ok(Outcome::Complete)
}

/// The plugin host, when everything is there.
fn installed() -> Option<Host> {
    let host = Host::new()?;
    let missing: Vec<_> = ALL_PLUGINS.into_iter().filter(|uri| !host.has(uri)).collect();
    if !missing.is_empty() {
        eprintln!("Not installed: {}.", missing.join(", "));
        return None;
    }
    Some(host)
}

fn measure(options: &Options, host: Option<&Host>) -> Result<Report> {
    let song = signals::song(options.song.as_deref(), SONG_RATE_HZ)?;
    let name = options.song.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let mut tables = Vec::new();
    let part = |name: &str| {
        let wanted = options.wants(name);
        if wanted {
            eprintln!("Measures {name} ...");
        }
        wanted
    };
    // Speed first: a fresh machine is a cool one.
    if part("speed") {
        tables.extend(speed::tables(host, &song)?);
    }
    if part("overshoot") {
        tables.extend(overshoot::tables(host, &song)?);
    }
    if part("limiters") {
        tables.extend(limiter_quality::tables(host)?);
    }
    if part("eq") {
        tables.push(eq_accuracy::table(host)?);
    }
    if part("delay") {
        tables.push(latency::table(host)?);
    }
    Ok(Report {
        processor: machine::processor(),
        peers: machine::peer_versions(),
        song: name.unwrap_or_else(|| "the built-in demo mix".into()),
        tables,
    })
}

fn document(report: &Report) -> String {
    let mut text = format!(
        "# Lacquer beside its peers\n\nWritten by `cargo xtask peers`: everything in one run, on one machine, with the same signals. \
         [Measurements](../measurements.md) says how to run it.\n\n- Processor: {}\n- Peers (packages): {}\n- Song: {}, its \
         loudest seconds\n",
        report.processor,
        report.peers.join(", "),
        report.song
    );
    for table in &report.tables {
        text.push('\n');
        text.push_str(&table.markdown());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Options> {
        Options::parse(arguments.iter().map(ToString::to_string))
    }

    #[test]
    fn options_are_read_and_wrong_ones_named() {
        let options = parsed(&["--song", "a.wav", "--json", "--only", "eq"]).expect("well written");
        assert!(options.json && options.wants("eq") && !options.wants("speed"));
        assert_eq!(options.song, Some("a.wav".into()));
        for (arguments, named) in
            [(&["--song"][..], "--song"), (&["--only", "taste"], "taste"), (&["--loud"], "--loud")]
        {
            let error = parsed(arguments).expect_err("wrong").to_string();
            assert!(error.contains(named), "{error}");
        }
    }
}
