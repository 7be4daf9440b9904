//! What a person wants a song to sound like: a style, or masters as references, and a loudness of one's own. Chosen in the window, kept
//! in the project.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::assistant::{Delivery, Learner, Style, Target, Wishes};

/// The choice as it is saved.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Taste {
    /// Name of a shipped target; `None` blends them by how well each explains the song.
    pub style: Option<String>,
    /// Audio files of masters to learn from.
    pub references: Vec<PathBuf>,
    /// Loudness and ceiling in place of the profile's, as [`Delivery::parse`] reads them: `-12.5,-1`.
    pub delivery: Option<String>,
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
    /// Loudness and ceiling of one's own; `None` where the host's parameter names a profile, or the figures make no sense.
    pub fn own_delivery(&self) -> Option<Delivery> {
        Delivery::parse(self.delivery.as_ref()?).ok()
    }

    /// Puts the taste into wishes; `references` are what was learned of them, which are a kind of the style where one is chosen. A style
    /// that this version does not have is left out.
    pub fn apply(&self, wishes: &mut Wishes, references: Option<&Learner>) {
        let shipped = Target::shipped();
        let style = self.style.as_ref().and_then(|name| shipped.iter().find(|target| target.name == *name));
        let learned = |references: &Learner| references.clone().finish(style).ok();
        wishes.own_target = references.and_then(learned);
        wishes.delivery = self.own_delivery().unwrap_or(wishes.delivery);
        wishes.style = style.map_or(Style::Auto, |style| Style::named(&style.name));
    }
}

/// What is to be learned of a few masters, measured from their files.
///
/// # Errors
/// A sentence that names the file and says what is wrong with it.
#[cfg(feature = "files")]
pub fn learn(references: &[PathBuf]) -> Result<Learner, String> {
    use crate::{
        assistant::Programme,
        render::{Recording, measure::measure, text::leads_to_no_file},
    };
    /// Name of a target that is learned from references.
    const NAME: &str = "reference";
    let mut learner = Learner::new(NAME);
    for path in references {
        if leads_to_no_file(path) {
            return Err(format!("{} is a folder or a device, not an audio file", path.display()));
        }
        let mut recording = Recording::open(path).map_err(|error| error.to_string())?.streamed();
        let channels = recording.channels();
        let programme: &mut dyn Programme = &mut recording;
        let measurement = measure(programme, channels, &mut |_| {}).map_err(|error| error.to_string())?;
        let album = path.parent().and_then(|folder| folder.file_name()).unwrap_or_default();
        learner.add(&album.to_string_lossy(), &measurement);
    }
    // Whether anything can be learned is known now, not when it is used.
    learner.clone().finish(None).map(|_| learner)
}

/// Without file formats no reference can be read.
///
/// # Errors
/// Always.
#[cfg(not(feature = "files"))]
pub fn learn(_: &[PathBuf]) -> Result<Learner, String> {
    Err("this build of Lacquer reads no audio files".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_of_ones_own_stands_in_for_the_profile_and_nonsense_does_not() {
        let mut wishes = Wishes::default();
        Taste { delivery: Some("-12.5,-1.5".into()), ..Taste::default() }.apply(&mut wishes, None);
        assert_eq!((wishes.delivery.integrated_lufs, wishes.delivery.ceiling_dbtp), (-12.5, -1.5));
        let mut wishes = Wishes::default();
        Taste { delivery: Some("loudest".into()), ..Taste::default() }.apply(&mut wishes, None);
        assert_eq!(wishes.delivery, Delivery::profiles()[0]);
    }

    #[test]
    #[cfg(feature = "files")]
    fn what_is_no_file_is_refused_as_a_reference_before_it_is_opened() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = learn(&[folder.path().to_owned()]).err().expect("a folder");
        assert!(error.ends_with("is a folder or a device, not an audio file"), "{error}");
    }

    #[test]
    fn a_taste_from_before_deliveries_of_ones_own_is_read() {
        let taste: Taste = serde_json::from_str(r#"{"style": "metal", "references": []}"#).unwrap();
        assert_eq!((taste.style.as_deref(), taste.delivery), (Some("metal"), None));
    }
}
