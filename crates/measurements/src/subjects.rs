//! What is timed and measured for delay: each peer, and what Lacquer has for the same work, set alike.

use anyhow::{Context, Result};
use lacquer::settings::{ChainSettings, EqBand, FilterType, Phase};

use crate::{
    device::{Device, Lacquer, Rack},
    lv2::{Host, controls},
};

pub const LSP_EQ: &str = "http://lsp-plug.in/plugins/lv2/para_equalizer_x16_stereo";
const LSP_COMPRESSOR: &str = "http://lsp-plug.in/plugins/lv2/compressor_stereo";
const LSP_MULTIBAND: &str = "http://lsp-plug.in/plugins/lv2/mb_compressor_stereo";
pub const LSP_LIMITER: &str = "http://lsp-plug.in/plugins/lv2/limiter_stereo";
pub const X42_EQ: &str = "http://gareus.org/oss/lv2/fil4#stereo";
pub const X42_LIMITER: &str = "http://gareus.org/oss/lv2/dpl#stereo";
pub const CALF_EQ: &str = "http://calf.sourceforge.net/plugins/Equalizer8Band";
const CALF_COMPRESSOR: &str = "http://calf.sourceforge.net/plugins/Compressor";
const CALF_MULTIBAND: &str = "http://calf.sourceforge.net/plugins/MultibandCompressor";
pub const CALF_LIMITER: &str = "http://calf.sourceforge.net/plugins/Limiter";

/// Every plugin that the measurements use.
pub const ALL_PLUGINS: [&str; 10] = [
    LSP_EQ,
    LSP_COMPRESSOR,
    LSP_MULTIBAND,
    LSP_LIMITER,
    X42_EQ,
    X42_LIMITER,
    CALF_EQ,
    CALF_COMPRESSOR,
    CALF_MULTIBAND,
    CALF_LIMITER,
];

/// A plugin's address and its controls.
type Plugin = (&'static str, &'static str);

/// Low cut, low shelf, five bells, high shelf: the filters of Lacquer's [`eq`].
const LSP_EQ_8: Plugin = (
    LSP_EQ,
    "ft_0=2 f_0=30 ft_1=5 f_1=80 g_1=1.2 ft_2=1 f_2=200 g_2=0.8 q_2=1 ft_3=1 f_3=500 g_3=0.9 q_3=1 ft_4=1 f_4=1200 g_4=1.1 q_4=2 \
     ft_5=1 f_5=3000 g_5=1.2 q_5=1 ft_6=1 f_6=6500 g_6=0.8 q_6=2 ft_7=3 f_7=11000 g_7=1.25",
);
const LSP_EQ_8_LINEAR: Plugin = (
    LSP_EQ,
    "mode=1 ft_0=2 f_0=30 ft_1=5 f_1=80 g_1=1.2 ft_2=1 f_2=200 g_2=0.8 q_2=1 ft_3=1 f_3=500 g_3=0.9 q_3=1 ft_4=1 f_4=1200 g_4=1.1 \
     q_4=2 ft_5=1 f_5=3000 g_5=1.2 q_5=1 ft_6=1 f_6=6500 g_6=0.8 q_6=2 ft_7=3 f_7=11000 g_7=1.25",
);
const LSP_ONE_BAND: Plugin = (LSP_COMPRESSOR, "al=0.1 cr=4 at=10 rt=100 scm=1");
const LSP_FOUR_BANDS: Plugin = (
    LSP_MULTIBAND,
    "ife_l=0 ofe_l=0 ife_r=0 ofe_r=0 cbe_1=1 sf_1=120 cbe_2=1 sf_2=1000 cbe_3=1 sf_3=6000 cr_0=3 cr_1=3 cr_2=3 cr_3=3 \
     al_0=0.1 al_1=0.1 al_2=0.05 al_3=0.03",
);
const LSP_LIMITER_PLAIN: Plugin = (LSP_LIMITER, "th=0.891251 g_in=2 boost=0 mode=0 lk=5 at=5 rt=20 alr=0");
const LSP_LIMITER_FULL_X4: Plugin = (LSP_LIMITER, "th=0.891251 g_in=2 boost=0 mode=0 lk=5 at=5 rt=20 alr=0 ovs=16");
const LSP_LIMITER_FULL_X8: Plugin = (LSP_LIMITER, "th=0.891251 g_in=2 boost=0 mode=0 lk=5 at=5 rt=20 alr=0 ovs=20");
const X42_EQ_8: Plugin = (X42_EQ, "HighPass=1 LowPass=1 LSgain=2 gain1=-2 gain2=1 gain3=-1 gain4=2 HSgain=2");
const X42_LIMITER_PLAIN: Plugin = (X42_LIMITER, "gain=6 threshold=-1 release=0.1");
const X42_LIMITER_TRUE_PEAK: Plugin = (X42_LIMITER, "gain=6 threshold=-1 release=0.1 truepeak=1");
const CALF_EQ_8: Plugin = (
    CALF_EQ,
    "hp_active=1 ls_active=1 ls_level=1.2 hs_active=1 hs_level=1.2 p1_active=1 p1_level=1.2 p2_active=1 p2_level=0.8 p3_active=1 \
     p3_level=1.2 p4_active=1 p4_level=0.8 lp_active=1",
);
const CALF_ONE_BAND: Plugin = (CALF_COMPRESSOR, "threshold=0.1 ratio=4 attack=10 release=100");
const CALF_FOUR_BANDS: Plugin = (CALF_MULTIBAND, "bypass0=0 bypass1=0 bypass2=0 bypass3=0");
const CALF_LIMITER_X4: Plugin = (CALF_LIMITER, "limit=0.891 level_in=2 auto_level=0 oversampling=4 release=100");

/// How a subject comes about.
enum Make {
    Lacquer(fn(&mut ChainSettings)),
    Plugins(&'static [Plugin]),
}

/// Something to time.
pub struct Subject {
    pub name: &'static str,
    make: Make,
}

/// Subjects that do the same work; Lacquer is the first.
pub struct Group {
    pub name: &'static str,
    pub subjects: Vec<Subject>,
}

/// All that is compared.
pub fn groups() -> Vec<Group> {
    let group = |name, lacquer, peers: Vec<(&'static str, &'static [Plugin])>| {
        let peers = peers.into_iter().map(|(name, plugins)| Subject { name, make: Make::Plugins(plugins) });
        let lacquer = Subject { name: "Lacquer", make: Make::Lacquer(lacquer) };
        Group { name, subjects: [lacquer].into_iter().chain(peers).collect() }
    };
    vec![
        group(
            "EQ, 8 bands",
            eq,
            vec![("LSP parametric EQ, IIR", &[LSP_EQ_8]), ("Calf EQ8", &[CALF_EQ_8]), ("x42 fil4", &[X42_EQ_8])],
        ),
        group("EQ, 8 bands, linear phase", linear_eq, vec![("LSP parametric EQ, FIR", &[LSP_EQ_8_LINEAR])]),
        group(
            "Compressor, 1 band",
            one_band,
            vec![("LSP compressor", &[LSP_ONE_BAND]), ("Calf compressor", &[CALF_ONE_BAND])],
        ),
        group(
            "Compressor, 4 bands",
            four_bands,
            vec![
                ("Calf multiband compressor", &[CALF_FOUR_BANDS]),
                ("LSP multiband compressor, modern", &[LSP_FOUR_BANDS]),
            ],
        ),
        group(
            "Limiter",
            limiter,
            vec![
                ("LSP limiter, Full ×8", &[LSP_LIMITER_FULL_X8]),
                ("LSP limiter, Full ×4", &[LSP_LIMITER_FULL_X4]),
                ("LSP limiter, sample peaks", &[LSP_LIMITER_PLAIN]),
                ("x42 dpl, true peak", &[X42_LIMITER_TRUE_PEAK]),
                ("x42 dpl, sample peak", &[X42_LIMITER_PLAIN]),
                ("Calf limiter ×4", &[CALF_LIMITER_X4]),
            ],
        ),
        group(
            "Full chain",
            full,
            vec![
                ("LSP EQ + 4 bands + limiter Full ×8", &[LSP_EQ_8, LSP_FOUR_BANDS, LSP_LIMITER_FULL_X8]),
                ("Calf EQ8 + 4 bands + limiter ×4", &[CALF_EQ_8, CALF_FOUR_BANDS, CALF_LIMITER_X4]),
                ("LSP EQ + 1 band + limiter Full ×4", &[LSP_EQ_8, LSP_ONE_BAND, LSP_LIMITER_FULL_X4]),
            ],
        ),
    ]
}

impl Subject {
    /// Whether it needs plugins.
    pub fn is_peer(&self) -> bool {
        matches!(self.make, Make::Plugins(_))
    }

    /// The device at `sample_rate` Hz, for blocks of at most `block` samples.
    ///
    /// # Errors
    /// When a plugin is not installed or does not start.
    pub fn open(&self, host: Option<&Host>, sample_rate: f64, block: usize) -> Result<Box<dyn Device>> {
        match self.make {
            Make::Lacquer(change) => {
                let mut settings = ChainSettings::default();
                change(&mut settings);
                Ok(Box::new(Lacquer::new(settings, sample_rate)))
            }
            Make::Plugins(plugins) => {
                let host = host.context("lilv is not installed")?;
                let mut devices: Vec<Box<dyn Device>> = Vec::new();
                for (uri, text) in plugins {
                    devices.push(Box::new(host.open(uri, &controls(text)?, sample_rate, block)?));
                }
                Ok(Box::new(Rack(devices)))
            }
        }
    }
}

/// Eight EQ bands: low cut, low shelf, five bells, high shelf.
pub fn eq(settings: &mut ChainSettings) {
    const BANDS: [(FilterType, f32, f32, f32); 8] = [
        (FilterType::LowCut, 30.0, 0.0, 0.707),
        (FilterType::LowShelf, 80.0, 1.58, 0.707),
        (FilterType::Bell, 200.0, -1.94, 1.0),
        (FilterType::Bell, 500.0, -0.92, 1.0),
        (FilterType::Bell, 1200.0, 0.83, 2.0),
        (FilterType::Bell, 3000.0, 1.58, 1.0),
        (FilterType::Bell, 6500.0, -1.94, 2.0),
        (FilterType::HighShelf, 11_000.0, 1.94, 0.707),
    ];
    for (band, (filter, frequency_hz, gain_db, q)) in settings.eq.bands.iter_mut().zip(BANDS) {
        *band = EqBand { on: true, filter, frequency_hz, gain_db, q, ..EqBand::default() };
    }
}

fn linear_eq(settings: &mut ChainSettings) {
    eq(settings);
    settings.eq.phase = Phase::Linear;
}

fn one_band(settings: &mut ChainSettings) {
    settings.compressor.on = true;
    let band = &mut settings.compressor.bands[0];
    (band.threshold_db, band.ratio, band.attack_ms, band.release_ms, band.range_db) = (-20.0, 4.0, 10.0, 100.0, 24.0);
}

/// Four compressor bands.
pub fn four_bands(settings: &mut ChainSettings) {
    settings.compressor.on = true;
    settings.compressor.band_count = 4;
    settings.compressor.crossovers_hz = [120.0, 1000.0, 6000.0];
    for (band, threshold_db) in settings.compressor.bands.iter_mut().zip([-20.0, -20.0, -26.0, -30.5]) {
        (band.threshold_db, band.ratio, band.attack_ms) = (threshold_db, 3.0, 20.0);
        (band.release_ms, band.range_db) = (100.0, 24.0);
    }
}

fn limiter(settings: &mut ChainSettings) {
    settings.limiter.on = true;
    settings.limiter.drive_db = 6.0;
}

/// Everything: EQ, four bands, imager, limiter.
pub fn full(settings: &mut ChainSettings) {
    eq(settings);
    four_bands(settings);
    settings.imager.on = true;
    settings.imager.widths_percent = [80.0, 100.0, 110.0, 120.0];
    settings.imager.mono_below_on = true;
    limiter(settings);
}
