//! Colours, type and the sheet of styles: the only place where they are named.
//!
//! One palette a theme, with roles and not hues for names: what was *measured*, what is *heard*, what is *suggested*, what is *fine*, where
//! *care* is needed. Colour is never the only sign: a dash, a shape or a word stands beside it. Views that draw themselves
//! take their colours from [`Palette`]; everything else has classes of the sheet ([`SHEET`]), which sees the same colours as
//! variables (`var(--panel)`, `var(--measured)`, …).

use std::fmt::Write;

use vizia::{prelude::ThemeMode, vg::Color};

pub use crate::plugin::window_state::Theme;

impl Theme {
    /// Its colours; a tone darker while everything is bypassed.
    pub fn palette(self, bypassed: bool) -> &'static Palette {
        match (self, bypassed) {
            (Self::Dark, false) => &DARK,
            (Self::Dark, true) => &DARK_BYPASSED,
            (Self::Light, false) => &LIGHT,
            (Self::Light, true) => &LIGHT_BYPASSED,
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Light => Self::Dark,
        }
    }

    /// What vizia calls it.
    pub fn mode(self) -> ThemeMode {
        match self {
            Self::Dark => ThemeMode::DarkMode,
            Self::Light => ThemeMode::LightMode,
        }
    }
}

/// A colour as 0xRRGGBB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink(pub u32);

impl Ink {
    /// The colour itself.
    pub fn full(self) -> Color {
        self.faint(1.0)
    }

    /// The colour at an opacity from 0 to 1.
    pub fn faint(self, opacity: f32) -> Color {
        let [_, red, green, blue] = self.0.to_be_bytes();
        Color::from_argb((opacity.clamp(0.0, 1.0) * 255.0).round() as u8, red, green, blue)
    }

    /// The colour at this share of its light, percent.
    const fn at(self, percent: u32) -> Self {
        let [_, red, green, blue] = self.0.to_be_bytes();
        Self(
            (red as u32 * percent / 100) * 0x1_0000
                + (green as u32 * percent / 100) * 0x100
                + blue as u32 * percent / 100,
        )
    }

    /// Relative luminance, 0 to 1 (WCAG 2.2).
    #[cfg(test)]
    fn luminance(self) -> f64 {
        let linear = |byte: u8| {
            let share = f64::from(byte) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        let [_, red, green, blue] = self.0.to_be_bytes();
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }
}

/// The colours of a theme.
#[derive(Debug, PartialEq)]
pub struct Palette {
    /// Behind everything.
    pub background: Ink,
    pub panel: Ink,
    /// Cards, buttons, value boxes: what lies on a panel.
    pub card: Ink,
    /// A card under the hand.
    pub raised: Ink,
    /// Tracks, and lines on panels that only part.
    pub line: Ink,
    /// Borders of buttons, which lie on panels and cards alike.
    pub edge: Ink,
    /// Grids within a graph.
    pub grid: Ink,
    /// Values.
    pub text: Ink,
    /// Labels and prose.
    pub muted: Ink,
    /// Scales, and signs that something is off; not written on what is [`raised`](Self::raised).
    pub dim: Ink,
    /// What was measured at the input.
    pub measured: Ink,
    /// What is heard.
    pub heard: Ink,
    /// What is suggested; the one accent.
    pub suggested: Ink,
    /// What is fine; the target's range.
    pub fine: Ink,
    /// What needs care.
    pub care: Ink,
    /// Text on the accent.
    pub on_suggested: Ink,
}

/// The dark theme.
pub static DARK: Palette = DARK_COLOURS;
const DARK_COLOURS: Palette = Palette {
    background: Ink(0x121417),
    panel: Ink(0x191c21),
    card: Ink(0x20242b),
    raised: Ink(0x2b313a),
    line: Ink(0x282d35),
    edge: Ink(0x4b5461),
    grid: Ink(0x232830),
    text: Ink(0xdfe3e8),
    muted: Ink(0x9aa3af),
    dim: Ink(0x838d9a),
    measured: Ink(0x5aa9d6),
    heard: Ink(0xe8ecf1),
    suggested: Ink(0xf0824a),
    fine: Ink(0x7fb58a),
    care: Ink(0xe3b341),
    on_suggested: Ink(0x16110d),
};

/// The light theme.
pub static LIGHT: Palette = LIGHT_COLOURS;
const LIGHT_COLOURS: Palette = Palette {
    background: Ink(0xe6e8eb),
    panel: Ink(0xf6f7f8),
    card: Ink(0xffffff),
    raised: Ink(0xe9edf2),
    line: Ink(0xd3d8de),
    edge: Ink(0xafb7c1),
    grid: Ink(0xe3e6ea),
    text: Ink(0x1b2026),
    muted: Ink(0x4b5460),
    dim: Ink(0x606873),
    measured: Ink(0x186690),
    heard: Ink(0x22272e),
    suggested: Ink(0xa8400b),
    fine: Ink(0x2f7542),
    care: Ink(0x8a6100),
    on_suggested: Ink(0xffffff),
};

/// [`DARK`] while everything is bypassed: what is written on and what is drawn is darker, what is read is not.
pub static DARK_BYPASSED: Palette = DARK_COLOURS.darker(72, 100, 88);
/// [`LIGHT`] while everything is bypassed; on darker grounds, text is darker, too.
pub static LIGHT_BYPASSED: Palette = LIGHT_COLOURS.darker(90, 84, 82);

impl Palette {
    /// Grounds and lines, labels and borders, and colours with a meaning at these shares of their light, percent. Values stay.
    const fn darker(&self, grounds: u32, labels: u32, colours: u32) -> Self {
        Self {
            background: self.background.at(grounds),
            panel: self.panel.at(grounds),
            card: self.card.at(grounds),
            raised: self.raised.at(grounds),
            line: self.line.at(grounds),
            edge: self.edge.at(labels),
            grid: self.grid.at(grounds),
            text: self.text,
            muted: self.muted.at(labels),
            dim: self.dim.at(labels),
            measured: self.measured.at(colours),
            heard: self.heard.at(colours),
            suggested: self.suggested.at(colours),
            fine: self.fine.at(colours),
            care: self.care.at(colours),
            on_suggested: self.on_suggested,
        }
    }

    fn roles(&self) -> [(&'static str, Ink); 16] {
        [
            ("background", self.background),
            ("panel", self.panel),
            ("card", self.card),
            ("raised", self.raised),
            ("line", self.line),
            ("edge", self.edge),
            ("grid", self.grid),
            ("text", self.text),
            ("quiet", self.muted),
            ("dim", self.dim),
            ("measured", self.measured),
            ("heard", self.heard),
            ("suggested", self.suggested),
            ("fine", self.fine),
            ("care", self.care),
            ("on-suggested", self.on_suggested),
        ]
    }
}

/// The fonts of the window: Inter in two weights with tabular figures, then signs that it lacks (`assets/fonts`).
pub const FONTS: [&[u8]; 3] = [
    include_bytes!("../../assets/fonts/Inter-Regular.otf"),
    include_bytes!("../../assets/fonts/Inter-SemiBold.otf"),
    include_bytes!("../../assets/fonts/LacquerSymbols-Regular.ttf"),
];

/// Logical pixels between panels and within them.
pub const GAP: f32 = 8.0;
/// Text size of scales that panels draw themselves, in logical pixels; the other sizes stand in the rules.
pub const SCALE_SIZE: f32 = 10.0;

/// The rules; what they name as variables comes from the palettes ([`sheet`]).
const SHEET: &str = include_str!("sheet.css");

/// The style sheet with all palettes: which one holds, the classes of the window's root say.
pub fn sheet() -> String {
    let mut sheet = String::new();
    let palettes =
        [(":root", &LIGHT), (".dark", &DARK), (".bypassed", &LIGHT_BYPASSED), (".dark.bypassed", &DARK_BYPASSED)];
    for (selector, palette) in palettes {
        let _ = write!(sheet, "{selector} {{ ");
        for (role, Ink(value)) in palette.roles() {
            let _ = write!(sheet, "--{role}: #{value:06x}; ");
        }
        sheet.push_str("}\n");
    }
    sheet + SHEET
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2's contrast ratio.
    fn contrast(one: Ink, other: Ink) -> f64 {
        let (one, other) = (one.luminance() + 0.05, other.luminance() + 0.05);
        one.max(other) / one.min(other)
    }

    const ALL: [(&str, &Palette); 4] =
        [("dark", &DARK), ("light", &LIGHT), ("dark, bypassed", &DARK_BYPASSED), ("light, bypassed", &LIGHT_BYPASSED)];

    /// WCAG 2.2, success criterion 1.4.3: text that is not large.
    const TEXT: f64 = 4.5;
    /// Success criterion 1.4.11: signs that say what is on, and edges of what is chosen.
    const SIGN: f64 = 3.0;

    #[test]
    fn text_is_read_with_ease_in_both_themes_and_while_bypassed() {
        for (theme, palette) in ALL {
            let grounds = palette.roles().into_iter().filter(|(role, _)| GROUNDS.contains(role));
            for (ground_role, ground) in grounds {
                for (role, ink) in palette.roles().into_iter().filter(|(role, _)| INKS.contains(role)) {
                    let least = if role == "dim" && ground_role == "raised" { SIGN } else { TEXT };
                    let found = contrast(ink, ground);
                    assert!(found >= least, "{theme}: {role} on {ground_role} is {found:.2} to 1, needs {least}");
                }
            }
            let found = contrast(palette.on_suggested, palette.suggested);
            assert!(found >= TEXT, "{theme}: text on the accent is {found:.2} to 1");
        }
    }

    /// What is written on, and what is written with: a role is one of these, a line, or the text on the accent.
    const GROUNDS: [&str; 4] = ["background", "panel", "card", "raised"];
    const INKS: [&str; 8] = ["text", "quiet", "dim", "measured", "heard", "suggested", "fine", "care"];
    const LINES: [&str; 4] = ["line", "edge", "grid", "on-suggested"];

    /// Less would not be seen as a border; the button's word says the rest.
    const EDGE: f64 = 1.8;

    #[test]
    fn a_buttons_border_is_seen_on_panels_and_on_cards() {
        for (theme, palette) in ALL {
            for ground in [palette.panel, palette.card] {
                let found = contrast(palette.edge, ground);
                assert!(found >= EDGE, "{theme}: {found:.2} to 1 on {ground:x?}");
            }
        }
    }

    #[test]
    fn every_role_is_measured() {
        for (role, _) in DARK.roles() {
            assert!([&GROUNDS[..], &INKS, &LINES].concat().contains(&role), "{role}");
        }
    }

    #[test]
    fn a_bypassed_window_is_a_tone_darker_but_its_values_are_as_bright() {
        for (palette, bypassed) in [(&DARK, &DARK_BYPASSED), (&LIGHT, &LIGHT_BYPASSED)] {
            for (ground, darker) in [(palette.panel, bypassed.panel), (palette.measured, bypassed.measured)] {
                assert!(contrast(ground, darker) > 1.05 && ground.luminance() > darker.luminance(), "{ground:x?}");
            }
            assert_eq!(palette.text, bypassed.text);
        }
    }

    #[test]
    fn three_steps_of_text_can_be_told_apart() {
        for (_, palette) in ALL {
            let steps = [palette.text, palette.muted, palette.dim].map(|ink| contrast(ink, palette.panel));
            assert!(steps[0] > 1.2 * steps[1] && steps[1] > 1.2 * steps[2], "{steps:?}");
        }
    }
}
