//! What a saved state holds of the window.

use serde::{Deserialize, Serialize};

use crate::scope::spectrum::Speed;

/// The name under which a saved state holds the window's state.
pub const KEY: &str = "window";

/// Which colours the window has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    Dark,
    Light,
}

/// How the spectrum is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SpectrumOptions {
    /// Gain at the graph's upper edge, dB.
    pub gain_db: f32,
    /// Level range of the spectra, dB.
    pub level_db: f32,
    /// Tilt of the spectra, dB an octave.
    pub tilt_db: f64,
    pub speed: Speed,
}

impl Default for SpectrumOptions {
    fn default() -> Self {
        Self { gain_db: 12.0, level_db: 90.0, tilt_db: 4.5, speed: Speed::default() }
    }
}

/// Size, enlargement and colours, and how one looks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowState {
    /// The system's logical pixels.
    pub width: f32,
    pub height: f32,
    /// The person's own enlargement, 0.75 to 2.
    pub zoom: f32,
    pub theme: Theme,
    pub spectrum: SpectrumOptions,
    /// Whether a hand that rests on something is told what it is.
    pub tips: bool,
}

impl Default for WindowState {
    fn default() -> Self {
        let (theme, spectrum) = (Theme::Dark, SpectrumOptions::default());
        Self { width: 1100.0, height: 680.0, zoom: 1.0, theme, spectrum, tips: true }
    }
}

impl WindowState {
    /// Reads what a state holds; nonsense gives the default, and what is out of range is brought in.
    pub fn read(text: &str) -> Self {
        let state: Self = serde_json::from_str(text).unwrap_or_default();
        let within = |value: f32, least: f32, most: f32, default: f32| {
            if value.is_finite() { value.clamp(least, most) } else { default }
        };
        let (spectrum, usual) = (state.spectrum, SpectrumOptions::default());
        Self {
            width: within(state.width, 700.0, 8000.0, 1100.0),
            height: within(state.height, 440.0, 5000.0, 680.0),
            zoom: within(state.zoom, 0.75, 2.0, 1.0),
            theme: state.theme,
            spectrum: SpectrumOptions {
                gain_db: within(spectrum.gain_db, 3.0, 18.0, usual.gain_db),
                level_db: within(spectrum.level_db, 60.0, 120.0, usual.level_db),
                tilt_db: f64::from(within(spectrum.tilt_db as f32, 0.0, 6.0, usual.tilt_db as f32)),
                speed: spectrum.speed,
            },
            tips: state.tips,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_comes_back_and_nonsense_opens_a_window_all_the_same() {
        let spectrum = SpectrumOptions { gain_db: 6.0, level_db: 60.0, tilt_db: 3.0, speed: Speed::Slow };
        let state =
            WindowState { width: 1500.0, height: 900.0, zoom: 1.25, theme: Theme::Light, spectrum, tips: false };
        assert_eq!(WindowState::read(&serde_json::to_string(&state).unwrap()), state);
        assert_eq!(WindowState::read("{"), WindowState::default());
        let wild = WindowState::read(r#"{"width": -3, "height": 1e9, "zoom": 0, "spectrum": {"gain_db": 0}}"#);
        assert_eq!((wild.width, wild.height, wild.zoom), (700.0, 5000.0, 0.75));
        assert_eq!(wild.spectrum, SpectrumOptions { gain_db: 3.0, ..SpectrumOptions::default() });
    }

    #[test]
    fn a_state_from_before_the_spectrums_options_has_the_usual_ones() {
        let state = WindowState::read(r#"{"width": 1200, "height": 700, "zoom": 1.5, "theme": "light"}"#);
        assert_eq!((state.width, state.theme), (1200.0, Theme::Light));
        assert_eq!((state.spectrum, state.tips), (SpectrumOptions::default(), true));
    }
}
