//! The limiters under test, set alike: the same ceiling, drive and release.

use anyhow::{Context, Result};
use lacquer::{dsp::db_to_gain, settings::ChainSettings};

use crate::{
    device::{Device, Lacquer, RENDER_BLOCK},
    lv2::Host,
    subjects::{CALF_LIMITER, LSP_LIMITER, X42_LIMITER},
};

/// LSP's choice `ovs`: oversampling of the whole path, eight times, third-order Lanczos.
const LSP_FULL_X8: f32 = 20.0;
/// The same, the detector's alone.
const LSP_HALF_X8: f32 = 10.0;
/// LSP's choice `mode`.
const LSP_THIN: f32 = 0.0;
const LSP_WIDE: f32 = 1.0;
const LSP_TAIL: f32 = 2.0;
const LSP_DUCK: f32 = 3.0;
/// LSP's release goes no further.
const LSP_LONGEST_RELEASE_MS: f64 = 20.0;

/// How a limiter is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limiting {
    pub ceiling_db: f64,
    pub drive_db: f64,
    pub release_ms: f64,
}

/// Whose limiter it is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Make {
    Lacquer {
        auto_release: bool,
        soft_clip: bool,
    },
    /// `alr`: automatic level regulation, a slower stage ahead, which takes the release time.
    Lsp {
        mode: f32,
        oversampling: f32,
        alr: bool,
    },
    X42 {
        true_peak: bool,
    },
    /// `asc`: the release is stretched by how often peaks come.
    Calf {
        oversampling: f32,
        asc: bool,
    },
}

/// A limiter by name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limiter {
    pub name: &'static str,
    make: Make,
}

const fn lacquer(name: &'static str, auto_release: bool, soft_clip: bool) -> Limiter {
    Limiter { name, make: Make::Lacquer { auto_release, soft_clip } }
}

const fn lsp(name: &'static str, mode: f32, oversampling: f32, alr: bool) -> Limiter {
    Limiter { name, make: Make::Lsp { mode, oversampling, alr } }
}

const LACQUER: Limiter = lacquer("Lacquer", false, false);
const LACQUER_AUTO: Limiter = lacquer("Lacquer, auto release", true, false);
const X42: Limiter = Limiter { name: "x42 dpl, true peak", make: Make::X42 { true_peak: true } };
const X42_SAMPLE_PEAK: Limiter = Limiter { name: "x42 dpl, sample peak", make: Make::X42 { true_peak: false } };
const CALF_X4: Limiter = Limiter { name: "Calf limiter ×4", make: Make::Calf { oversampling: 4.0, asc: false } };
const CALF_ASC: Limiter = Limiter { name: "Calf limiter ×4, ASC", make: Make::Calf { oversampling: 4.0, asc: true } };

/// Those whose distortion and pumping are compared.
pub const FOR_QUALITY: [Limiter; 10] = [
    LACQUER,
    LACQUER_AUTO,
    lsp("LSP limiter, Herm Thin", LSP_THIN, LSP_FULL_X8, false),
    lsp("LSP limiter, Herm Wide", LSP_WIDE, LSP_FULL_X8, false),
    lsp("LSP limiter, Herm Tail", LSP_TAIL, LSP_FULL_X8, false),
    lsp("LSP limiter, Herm Duck", LSP_DUCK, LSP_FULL_X8, false),
    lsp("LSP limiter, Herm Thin, ALR", LSP_THIN, LSP_FULL_X8, true),
    X42,
    CALF_X4,
    CALF_ASC,
];

/// Those whose overshoot is compared.
pub const FOR_OVERSHOOT: [Limiter; 8] = [
    LACQUER_AUTO,
    LACQUER,
    lacquer("Lacquer, soft clip", true, true),
    lsp("LSP limiter, Full ×8", LSP_THIN, LSP_FULL_X8, false),
    lsp("LSP limiter, Half ×8", LSP_THIN, LSP_HALF_X8, false),
    X42,
    X42_SAMPLE_PEAK,
    CALF_X4,
];

impl Limiter {
    /// Whether it is a plugin that someone has to have installed.
    pub fn is_peer(&self) -> bool {
        !matches!(self.make, Make::Lacquer { .. })
    }

    /// The longest release that it can be set to, ms.
    pub fn longest_release_ms(&self) -> f64 {
        if matches!(self.make, Make::Lsp { alr: false, .. }) { LSP_LONGEST_RELEASE_MS } else { 1000.0 }
    }

    /// The limiter at `sample_rate` Hz.
    ///
    /// # Errors
    /// When it is a peer that is not installed.
    pub fn open(&self, host: Option<&Host>, limiting: Limiting, sample_rate: f64) -> Result<Box<dyn Device>> {
        let Make::Lacquer { auto_release, soft_clip } = self.make else {
            let host = host.context("lilv is not installed")?;
            let (uri, controls) = self.controls(limiting);
            return Ok(Box::new(host.open(uri, &controls, sample_rate, RENDER_BLOCK)?));
        };
        let mut settings = ChainSettings::default();
        settings.limiter.on = true;
        settings.limiter.ceiling_dbtp = limiting.ceiling_db as f32;
        settings.limiter.drive_db = limiting.drive_db as f32;
        settings.limiter.release_ms = limiting.release_ms as f32;
        settings.limiter.auto_release = auto_release;
        settings.limiter.soft_clip_on = soft_clip;
        Ok(Box::new(Lacquer::new(settings, sample_rate)))
    }

    /// A peer's address and its controls.
    fn controls(&self, limiting: Limiting) -> (&'static str, Vec<(&'static str, f32)>) {
        let Limiting { ceiling_db, drive_db, release_ms } = limiting;
        let (ceiling, drive, release_ms) =
            (db_to_gain(ceiling_db) as f32, db_to_gain(drive_db) as f32, release_ms as f32);
        match self.make {
            Make::Lacquer { .. } => ("", Vec::new()),
            Make::Lsp { mode, oversampling, alr } => {
                let on = f32::from(u8::from(alr));
                let release = release_ms.min(LSP_LONGEST_RELEASE_MS as f32);
                let controls = vec![
                    ("th", ceiling),
                    ("g_in", drive),
                    ("boost", 0.0),
                    ("mode", mode),
                    ("ovs", oversampling),
                    ("lk", 5.0),
                    ("at", 5.0),
                    ("rt", release),
                    ("alr", on),
                    ("alr_rt", release_ms),
                ];
                (LSP_LIMITER, controls)
            }
            Make::X42 { true_peak } => {
                let controls = vec![
                    ("gain", drive_db as f32),
                    ("threshold", ceiling_db as f32),
                    ("release", 0.001 * release_ms),
                    ("truepeak", f32::from(u8::from(true_peak))),
                ];
                (X42_LIMITER, controls)
            }
            Make::Calf { oversampling, asc } => {
                let controls = vec![
                    ("limit", ceiling),
                    ("level_in", drive),
                    ("attack", 5.0),
                    ("release", release_ms),
                    ("asc", f32::from(u8::from(asc))),
                    ("auto_level", 0.0),
                    ("oversampling", oversampling),
                ];
                (CALF_LIMITER, controls)
            }
        }
    }
}
