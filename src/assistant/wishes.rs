//! What the person asks of the assistant.

use super::{suggestion::Module, target::Target};

/// Everything one can ask for; the default leaves all to the measurement and delivers for streaming.
#[derive(Debug, Clone, PartialEq)]
pub struct Wishes {
    pub style: Style,
    /// A target of one's own (learned from masters or references) that stands above the shipped ones.
    pub own_target: Option<Target>,
    pub delivery: Delivery,
    /// How far to go: 0 is exactly neutral, 100 is what the assistant would do.
    pub amount_percent: f64,
    /// Modules that may act.
    pub only: Vec<Module>,
}

/// Which shipped target the song is held against.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Style {
    /// A blend by how well each explains the song.
    #[default]
    Auto,
    /// A blend of those with these names, by weights of one's own.
    Blend(Vec<(String, f64)>),
}

impl Style {
    /// The one with this name alone.
    pub fn named(name: &str) -> Self {
        Self::Blend(vec![(name.to_owned(), 1.0)])
    }

    /// `auto`, the name of a style, or several with their weights as in `metal=60,all=40`.
    ///
    /// # Errors
    /// A sentence on what is wrong with the text. Whether there are such styles is not asked here.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("auto") {
            return Ok(Self::Auto);
        }
        if !text.contains('=') {
            return Ok(Self::named(text));
        }
        let part = |part: &str| {
            let (name, weight) = part.split_once('=')?;
            let weight = weight.trim().trim_end_matches('%').trim().parse::<f64>().ok()?;
            (weight.is_finite() && weight >= 0.0).then(|| (name.trim().to_owned(), weight))
        };
        let parts: Option<Vec<_>> = text.split(',').map(part).collect();
        match parts {
            Some(parts) if parts.iter().any(|(_, weight)| *weight > 0.0) => Ok(Self::Blend(parts)),
            _ => Err(format!("`{text}` is no blend of styles: give names with weights, as in metal=60,all=40")),
        }
    }
}

/// Loudness and peak that the record is made for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Delivery {
    /// Name of the profile, `custom` for figures of one's own.
    pub name: &'static str,
    pub integrated_lufs: f64,
    pub ceiling_dbtp: f64,
    /// Where the figures come from.
    pub source: &'static str,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            style: Style::Auto,
            own_target: None,
            delivery: Delivery::profiles()[0],
            amount_percent: 100.0,
            only: Module::ALL.to_vec(),
        }
    }
}

impl Delivery {
    /// The published profiles, streaming first.
    pub fn profiles() -> &'static [Delivery] {
        const fn profile(name: &'static str, lufs: f64, dbtp: f64, source: &'static str) -> Delivery {
            Delivery { name, integrated_lufs: lufs, ceiling_dbtp: dbtp, source }
        }
        static PROFILES: [Delivery; 6] = [
            profile("streaming", -14.0, -1.0, "Spotify, YouTube and Tidal play at -14 LUFS; Spotify asks for -1 dBTP"),
            profile(
                "loud",
                -9.0,
                -1.0,
                "what loud pop and electronic records measure; Spotify asks for -1 dBTP or lower",
            ),
            profile("apple", -16.0, -1.0, "Apple Music Sound Check plays at -16 LUFS; Apple asks for -1 dBTP"),
            profile("broadcast", -23.0, -1.0, "EBU R 128"),
            profile("cd", -11.0, -0.3, "no standard: a usual loudness, with room for the player's converter"),
            profile("vinyl", -14.0, -3.0, "no standard: peaks left to the cutting engineer"),
        ];
        &PROFILES
    }

    /// A profile by name, or `LUFS,DBTP` as in `-12.5,-1`.
    ///
    /// # Errors
    /// A sentence that names the profiles.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(profile) = Self::profiles().iter().find(|profile| profile.name == text) {
            return Ok(*profile);
        }
        let custom = text.split_once(',').and_then(|(lufs, dbtp)| {
            let (lufs, dbtp) = (lufs.trim().parse::<f64>().ok()?, dbtp.trim().parse::<f64>().ok()?);
            ((-40.0..=-5.0).contains(&lufs) && (-12.0..=0.0).contains(&dbtp)).then_some((lufs, dbtp))
        });
        match custom {
            Some((integrated_lufs, ceiling_dbtp)) => {
                Ok(Self { name: "custom", integrated_lufs, ceiling_dbtp, source: "asked for" })
            }
            None => {
                let names: Vec<_> = Self::profiles().iter().map(|profile| profile.name).collect();
                Err(format!(
                    "`{text}` is no delivery: give {} or LUFS,DBTP from -40,-12 to -5,0, for instance -12,-1",
                    names.join(", ")
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_known_by_name_or_by_weights() {
        assert_eq!(Style::parse("Auto"), Ok(Style::Auto));
        assert_eq!(Style::parse("metal"), Ok(Style::named("metal")));
        let blend = Style::Blend(vec![("metal".into(), 60.0), ("all music".into(), 40.0)]);
        assert_eq!(Style::parse("metal=60 %, all music=40"), Ok(blend));
        for wrong in ["metal=", "metal=60,all", "metal=-1", "metal=0,all=0", "metal=nan", "=inf"] {
            assert!(Style::parse(wrong).unwrap_err().contains("as in"), "{wrong}");
        }
    }

    #[test]
    fn deliveries_are_known_by_name_or_by_figures() {
        assert_eq!(Delivery::parse("apple").map(|d| d.integrated_lufs), Ok(-16.0));
        let custom = Delivery::parse("-12.5, -1.5").unwrap();
        assert_eq!((custom.integrated_lufs, custom.ceiling_dbtp), (-12.5, -1.5));
        for wrong in ["", "louder", "-3,-1", "-14", "nan,-1", "-14,3"] {
            assert!(Delivery::parse(wrong).unwrap_err().contains("streaming"), "{wrong}");
        }
    }
}
