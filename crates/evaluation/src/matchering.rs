//! The peer: [matchering](https://github.com/sergree/matchering) brings a song to the spectrum and the loudness of a reference. It is tried
//! where Python has it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use lacquer::render::{
    Tags,
    wav::{WavFile, Word},
};

use crate::clip::Clip;

/// Target, reference and result are its arguments.
const SCRIPT: &str = "import sys, matchering as mg\n\
                      mg.process(target=sys.argv[1], reference=sys.argv[2], results=[mg.Result(sys.argv[3], subtype='FLOAT')])";

/// A Python that has matchering.
pub struct Matchering {
    python: PathBuf,
    /// Where clips are exchanged.
    folder: PathBuf,
}

impl Matchering {
    /// The one that `python` can import, if any; clips are exchanged below `folder`.
    pub fn found(python: &Path, folder: &Path) -> Option<Self> {
        let mut command = Command::new(python);
        command.args(["-c", "import matchering"]).stdout(Stdio::null()).stderr(Stdio::null());
        let imports = command.status().is_ok_and(|status| status.success());
        imports.then(|| Self { python: python.to_owned(), folder: folder.join("matchering") })
    }

    /// The clip as matchering masters it after `reference`; `name` tells the songs that are worked on at a time apart.
    ///
    /// # Errors
    /// When files cannot be exchanged, or matchering refuses the clip.
    pub fn mastered(&self, clip: &Clip, reference: &Clip, name: &str) -> Result<Clip> {
        let folder = self.folder.join(name.replace(['/', '\\', ':'], "_"));
        std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let [target_file, reference_file, result_file] =
            ["target.wav", "reference.wav", "result.wav"].map(|file| folder.join(file));
        write(clip, &target_file)?;
        write(reference, &reference_file)?;
        let run = Command::new(&self.python)
            .args(["-c", SCRIPT])
            .args([&target_file, &reference_file, &result_file])
            .output()
            .context("Python cannot be started")?;
        let said = String::from_utf8_lossy(&run.stderr);
        ensure!(run.status.success(), "matchering: {}", said.lines().last().unwrap_or("no reason given"));
        let result = Clip::read(&result_file, f64::MAX)?;
        std::fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
        Ok(result)
    }
}

fn write(clip: &Clip, path: &Path) -> Result<()> {
    let mut file = WavFile::create(path, clip.sample_rate_hz, 2, Word::Float32, true)?;
    file.write(&clip.left, &clip.right)?;
    Ok(file.finish(&Tags::default())?)
}
