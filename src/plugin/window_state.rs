//! What a saved state holds of the window.

use serde::{Deserialize, Serialize};

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

/// Size, enlargement and colours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowState {
    /// The system's logical pixels.
    pub width: f32,
    pub height: f32,
    /// The person's own enlargement, 0.75 to 2.
    pub zoom: f32,
    pub theme: Theme,
}

impl Default for WindowState {
    fn default() -> Self {
        Self { width: 1100.0, height: 680.0, zoom: 1.0, theme: Theme::Dark }
    }
}

impl WindowState {
    /// Reads what a state holds; nonsense gives the default, and what is out of range is brought in.
    pub fn read(text: &str) -> Self {
        let state: Self = serde_json::from_str(text).unwrap_or_default();
        let within = |value: f32, least: f32, most: f32, default: f32| {
            if value.is_finite() { value.clamp(least, most) } else { default }
        };
        Self {
            width: within(state.width, 700.0, 8000.0, 1100.0),
            height: within(state.height, 440.0, 5000.0, 680.0),
            zoom: within(state.zoom, 0.75, 2.0, 1.0),
            theme: state.theme,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_comes_back_and_nonsense_opens_a_window_all_the_same() {
        let state = WindowState { width: 1500.0, height: 900.0, zoom: 1.25, theme: Theme::Light };
        assert_eq!(WindowState::read(&serde_json::to_string(&state).unwrap()), state);
        assert_eq!(WindowState::read("{"), WindowState::default());
        let wild = WindowState::read(r#"{"width": -3, "height": 1e9, "zoom": 0}"#);
        assert_eq!((wild.width, wild.height, wild.zoom), (700.0, 5000.0, 0.75));
    }
}
