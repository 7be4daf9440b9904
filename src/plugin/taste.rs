//! What a person wants a song to sound like: a style, or masters as references. Chosen in the window, kept in the project.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::assistant::{Style, Target, Wishes};

/// The choice as it is saved.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Taste {
    /// Name of a shipped target; `None` blends them by how well each explains the song.
    pub style: Option<String>,
    /// Audio files of masters to learn from.
    pub references: Vec<PathBuf>,
}

/// What has become of the references.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum References {
    /// There are none.
    #[default]
    None,
    /// They wait to be measured, or are being measured.
    Reading,
    /// So many songs have been learned from.
    Learned { songs: usize },
    /// The sentence that says why not.
    Failed(String),
}

impl Taste {
    /// Puts the taste into wishes; `learned` is the target of the references. A style that this version does not have is left out.
    pub fn apply(&self, wishes: &mut Wishes, learned: Option<&Target>) {
        wishes.own_target = learned.cloned();
        wishes.style = match &self.style {
            Some(name) if Target::shipped().iter().any(|target| target.name == *name) => Style::Named(name.clone()),
            _ => Style::Auto,
        };
    }
}

/// The target of a few masters, measured from their files.
///
/// # Errors
/// A sentence that names the file and says what is wrong with it.
#[cfg(feature = "files")]
pub fn learn(references: &[PathBuf]) -> Result<Target, String> {
    use crate::{
        assistant::{Learner, Programme},
        render::{Recording, measure::measure},
    };
    /// Name of a target that is learned from references.
    const NAME: &str = "reference";
    let mut learner = Learner::new(NAME);
    for path in references {
        let mut recording = Recording::open(path).map_err(|error| error.to_string())?.streamed();
        let channels = recording.channels();
        let programme: &mut dyn Programme = &mut recording;
        let measurement = measure(programme, channels, &mut |_| {}).map_err(|error| error.to_string())?;
        let album = path.parent().and_then(|folder| folder.file_name()).unwrap_or_default();
        learner.add(&album.to_string_lossy(), &measurement);
    }
    learner.finish()
}

/// Without file formats no reference can be read.
///
/// # Errors
/// Always.
#[cfg(not(feature = "files"))]
pub fn learn(_: &[PathBuf]) -> Result<Target, String> {
    Err("this build of Lacquer reads no audio files".into())
}
