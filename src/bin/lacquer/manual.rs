//! `lacquer manual`: writes the manual's pages, one for the command and one for each of its subcommands, for packages.

use std::{fs, path::Path};

use clap::CommandFactory;
use lacquer::render::Error;

use crate::options::Options;

/// Writes `lacquer.1`, `lacquer-analyze.1` and so on into `folder`, over those that are there.
pub fn run(folder: &Path) -> Result<(), Error> {
    let written = fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Options::command().disable_help_subcommand(true), folder));
    written.map_err(|error| Error::Failed(format!("cannot write the manual's pages to {}: {error}", folder.display())))
}
