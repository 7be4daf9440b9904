//! Measurements of the chain that anyone can run: beside its peers (`peers`), and as pictures (`plots`).
//!
//! Started by `cargo xtask peers` and `cargo xtask plots`, which build it in release mode, from the workspace's folder.

mod device;
mod eq_accuracy;
mod files;
mod latency;
mod limiter_quality;
mod limiters;
mod lv2;
mod machine;
mod meters;
mod overshoot;
mod peers;
mod plots;
mod signals;
mod speed;
mod subjects;
mod table;

use std::{
    env,
    io::{self, Write},
    process,
};

use anyhow::{Result, bail};
use peers::Outcome;

/// Peers that were required are missing.
const EXIT_PEERS_MISSING: i32 = 2;

fn main() {
    let code = match run(env::args().skip(1)) {
        Ok(Outcome::Complete) => 0,
        Ok(Outcome::PeersMissing) => EXIT_PEERS_MISSING,
        Err(error) => {
            eprintln!("measurements: {error:#}");
            1
        }
    };
    // Ends at once: plugins that were loaded do not all survive an orderly unloading.
    let _ = io::stdout().flush();
    process::exit(code);
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<Outcome> {
    match arguments.next().as_deref() {
        Some("peers") => peers::run(&peers::Options::parse(arguments)?),
        Some("plots") => plots::run(arguments).map(|()| Outcome::Complete),
        Some(other) => bail!("there is no measurement `{other}`; there are `peers` and `plots`"),
        None => bail!("say what to measure: `peers` or `plots`"),
    }
}
