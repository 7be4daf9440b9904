//! The plugin: parameters, audio thread, worker and state, in CLAP and VST3.
//!
//! # Ids
//! CLAP id `org.lacquer.lacquer`. Parameters have the ids of [`fields()`](crate::settings::fields::fields) and, in the
//! group `Assistant`, `listen`, `accept`, `assist_amount`, `assist_deliver`, `assist_eq`, `assist_comp`,
//! `assist_imager` and `assist_limiter`. CLAP and VST3 hosts see a number in
//! place of an id: `hash = hash * 31 + byte` over the id's bytes in 32 bits, with the top bit cleared. Ids are forever.
//!
//! CLAP values are positions: numbers go from 0 to 1 (`((value - min) / (max - min)).powf(skew)`, see
//! [`Kind`]), choices by their index, counts by the steps above the least one, switches
//! 0 or 1. `text_to_value` makes the position of any value's text, in full precision.
//!
//! # Latency and the EQ's phase
//! Latency is fixed from activation to deactivation. `eq_phase` decides about it and is therefore no parameter to automate:
//! its value at activation holds until the next one. When it changes meanwhile, the sound and the latency stay as they are, and
//! the host is asked once for a restart (CLAP's `request_restart`, VST3's `kLatencyChanged`); the new latency is reported
//! when it activates the plugin again.
//!
//! # How a host listens, decides and applies
//! 1. Turn `listen` on (a parameter event, in `process` or `flush`) and play the music. The plugin hears its input, not
//!    what the chain makes of it. It hears the first 8 minutes or so (see [`recording::MAX_FRAMES`]); what comes
//!    later does not count. Music that arrives faster than real time is heard without gaps in offline mode only (CLAP's
//!    render extension set to offline before activation, VST3's `kOffline`).
//! 2. Turn `listen` off. A thread of the plugin then decides, verifies by rendering, and publishes: a few seconds for
//!    each minute heard. The plugin must stay activated; it need not be processed meanwhile.
//! 3. Save the state again and again until the suggestion is there (see below: `decision` has grown).
//! 4. Apply it: send each item's `changes` as parameter events, or turn `accept` on.
//!
//! `assist_amount` (0 to 100 %), `assist_deliver`, and the switches of the modules it may use are what the assistant is
//! asked for: how a suggestion is tweaked, and parts of it are refused, without an editor. While the music that was heard
//! is still held (until `listen` is turned on again, other state is loaded or the sample rate changes), changing them
//! makes the assistant decide anew.
//!
//! # Why `accept` does not move the parameters
//! A plugin may change the host's parameters by a gesture only, and nice-plug gives the means for one, the `GuiContext`,
//! to an open editor alone; a process call has none. Writing the values behind the host's back would leave its view,
//! its automation and its undo wrong. So in a host's generic view `accept` is a switch: while it is on, each value that
//! the suggestion changes sounds in place of its parameter, and `level_match_gain` is the suggestion's own difference
//! of loudness; everything else follows the parameters. Off, the parameters sound: the two are compared at a touch. The
//! parameters themselves never move. Nothing but `ChainSettings` reaches the chain either way.
//!
//! # State
//! The CLAP stream is 8 bytes (little-endian length) and then JSON; VST3's is the JSON alone:
//!
//! ```json
//! {
//!   "version": "0.1.0",
//!   "params": { "eq1_gain": { "f32": 1.5 }, "eq1_type": { "i32": 0 }, "eq1_on": { "bool": true } },
//!   "fields": { "assistant": "{\"version\":1, ...}" }
//! }
//! ```
//!
//! `/fields/taste` holds the style and the references chosen in the window, `/fields/desk` what the window itself keeps; both are
//! absent until something is chosen. `/fields/assistant` is a string that holds JSON of its own ([`memory::AssistantState`]):
//!
//! ```json
//! {
//!   "version": 1,
//!   "decision": 3,
//!   "heard_s": 183.2,
//!   "dropped_s": 0.0,
//!   "deliver": "streaming",
//!   "amount_percent": 100.0,
//!   "only": ["eq", "compressor", "imager", "limiter"],
//!   "suggestion": { "version": 1, "items": [ { "changes": [ { "id": "eq1_gain", "value": 1.5 } ] } ] },
//!   "error": null
//! }
//! ```
//!
//! `decision` counts the answers, from 1; it grows by one with each, whether `suggestion` (a
//! [`Suggestion`](crate::assistant::Suggestion)) came of it or `error` (a sentence). Before the first answer there is no
//! `/fields/assistant`. States of older versions load; unknown parameters are ignored, missing ones keep their value,
//! values out of range are brought in. An `assistant` text that cannot be read, or is of a later version, is kept as it
//! is until the next answer, and loses nothing else.

pub mod active;
mod aftermath;
mod export;
pub mod memory;
pub mod pulse;
pub mod recording;
pub mod sound;
pub mod taste;
pub mod window_state;
pub mod worker;

use std::sync::Arc;

pub use export::{GetPluginFactory, clap_entry};
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::{
    ActivateContext, AudioIOLayout, AuxiliaryBuffers, Buffer, BufferConfig, ClapFeature, ClapPlugin, Params, Plugin,
    PluginState, ProcessContext, ProcessMode, ProcessStatus, TaskExecutor, Vst3Plugin, Vst3SubCategory,
    new_nonzero_u32,
};

use crate::{
    dsp,
    link::{Outlet, Progress, SoloSwitch, Taps, Vitals, audition::audition_way, overlay::overlay_way, vitals::ticks},
    scope::Pictures,
    settings::fields::{Kind, field},
};
use active::Active;
#[cfg(feature = "editor")]
use nice_plug::prelude::AsyncExecutor;

#[cfg(feature = "editor")]
use crate::editor::window::WindowEditor;
use memory::Memory;
use sound::Sound;
use worker::Worker;

/// Frames that a mono signal is processed at a time.
const MONO_FRAMES: usize = 256;
/// Sample rates that an instance takes.
const SAMPLE_RATES_HZ: std::ops::RangeInclusive<f32> = 1000.0..=*dsp::SAMPLE_RATES_HZ.end() as f32;

/// One instance of the plugin, as a host sees it.
pub struct Lacquer {
    memory: Arc<Memory>,
    sound: Sound,
    outlet: Arc<Outlet>,
    taps: Arc<Taps>,
    pictures: Pictures,
    solo: Arc<SoloSwitch>,
    /// The way of the output to the worker.
    after: Arc<Outlet>,
    progress: Arc<Progress>,
    vitals: Arc<Vitals>,
    worker: Worker,
    active: Option<Active>,
}

/// What an instance shares with its window, lock-free on the audio side.
#[derive(Clone)]
pub struct Instance {
    pub memory: Arc<Memory>,
    /// What runs through the chain, for who watches.
    pub taps: Arc<Taps>,
    /// What outlives a window: its pictures of the running audio.
    pub pictures: Pictures,
    /// What a hand wants to hear alone.
    pub solo: Arc<SoloSwitch>,
    pub progress: Arc<Progress>,
    pub vitals: Arc<Vitals>,
}

impl Lacquer {
    /// What this instance's window works with.
    pub fn instance(&self) -> Instance {
        Instance {
            memory: self.memory.clone(),
            taps: self.taps.clone(),
            pictures: self.pictures.clone(),
            solo: self.solo.clone(),
            progress: self.progress.clone(),
            vitals: self.vitals.clone(),
        }
    }
}

impl Default for Lacquer {
    fn default() -> Self {
        let (inlet, outlet_of_overlays) = overlay_way();
        let (audition_inlet, auditions) = audition_way();
        let memory = Memory::new(inlet, audition_inlet);
        export::newest::begin(&memory);
        let outlet = Arc::new(Outlet::default());
        let after = Arc::new(Outlet::default());
        let progress = Arc::new(Progress::default());
        let solo = Arc::new(SoloSwitch::default());
        Self {
            sound: Sound::new(memory.clone(), outlet_of_overlays, auditions, solo.clone()),
            worker: Worker::new(memory.clone(), outlet.clone(), after.clone(), progress.clone()),
            memory,
            outlet,
            after,
            progress,
            vitals: Arc::default(),
            taps: Arc::new(Taps::default()),
            pictures: Pictures::default(),
            solo,
            active: None,
        }
    }
}

impl Plugin for Lacquer {
    const NAME: &'static str = "Lacquer";
    const VENDOR: &'static str = "Lacquer Audio";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[
        AudioIOLayout {
            main_input_channels: Some(new_nonzero_u32(2)),
            main_output_channels: Some(new_nonzero_u32(2)),
            ..AudioIOLayout::const_default()
        },
        AudioIOLayout {
            main_input_channels: Some(new_nonzero_u32(1)),
            main_output_channels: Some(new_nonzero_u32(1)),
            ..AudioIOLayout::const_default()
        },
    ];
    /// A change takes hold at its very sample; the chain glides from there.
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    #[cfg(not(feature = "editor"))]
    type Editor = ();
    #[cfg(feature = "editor")]
    type Editor = WindowEditor;
    type SysExMessage = ();
    type BackgroundTask = export::Mark;

    fn task_executor(&mut self) -> TaskExecutor<Self> {
        Box::new(export::Mark::reach)
    }

    fn params(&self) -> Arc<dyn Params> {
        self.memory.clone()
    }

    #[cfg(feature = "editor")]
    fn editor(&mut self, executor: AsyncExecutor<Self>) -> Option<WindowEditor> {
        export::newest::set_post(Box::new(move |mark| executor.execute_background(mark)));
        Some(WindowEditor::new(self.instance()))
    }

    fn filter_state(state: &mut PluginState) {
        for (id, value) in &mut state.params {
            // Brought into range but not onto the step, which the framework and the chain each do in their own way: a
            // state loaded and saved again stays the same to the last bit.
            if let (ParamValue::F32(value), Some(field)) = (value, field(id))
                && let Kind::Number { min, max, .. } = field.kind
            {
                *value = value.clamp(min, max);
            }
        }
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        if !SAMPLE_RATES_HZ.contains(&config.sample_rate) {
            return false;
        }
        let phase = self.sound.settings().eq.phase;
        let channels = if layout.main_input_channels == Some(new_nonzero_u32(1)) { 1 } else { 2 };
        let suits = |active: &Active| active.suits(config.sample_rate, phase, channels);
        let mut active = match self.active.take() {
            Some(active) if suits(&active) => active,
            _ => Active::new(config.sample_rate, phase, channels, [&self.outlet, &self.after], &self.taps),
        };
        active.restart_asked = false;
        self.worker.activate();
        let offline = config.process_mode == ProcessMode::Offline;
        active.feed.set_offline(offline && self.worker.runs());
        self.sound.set_offline(offline);
        self.vitals.activated(active.sample_rate_hz.round() as u32, active.chain.latency() as u32);
        self.memory.set_tail_frames(active.tail_frames);
        context.set_latency_samples(active.chain.latency() as u32);
        self.active = Some(active);
        true
    }

    fn reset(&mut self) {
        if let Some(active) = &mut self.active {
            active.chain.reset();
        }
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let Some(active) = &mut self.active else {
            return ProcessStatus::Error("processed without being activated");
        };
        let (begun, frames) = (ticks(), buffer.samples());
        active.feed.set_listening(self.sound.listening());
        active.after.begin(self.memory.aftermath.wanted(), self.sound.is_the_record());
        let settings = self.sound.settings();
        let needs_restart = settings.eq.phase != active.chain.phase();
        if needs_restart && !active.restart_asked {
            context.request_restart();
        }
        active.restart_asked = needs_restart;
        match buffer.as_slice() {
            [left, right] => {
                active.play(settings, left, right);
            }
            [mono] => {
                let mut other = [0.0; MONO_FRAMES];
                for mono in mono.chunks_mut(MONO_FRAMES) {
                    let other = &mut other[..mono.len()];
                    other.copy_from_slice(mono);
                    active.play(settings, mono, other);
                }
            }
            _ => return ProcessStatus::Error("neither mono nor stereo"),
        }
        self.vitals.worked(begun, frames);
        ProcessStatus::Tail(active.tail_frames)
    }

    fn stop_processing(&mut self) {
        if let Some(active) = &mut self.active {
            active.feed.flush();
        }
    }

    fn deactivate(&mut self) {
        if let Some(active) = &mut self.active {
            active.feed.flush();
        }
        self.worker.deactivate();
    }
}

impl ClapPlugin for Lacquer {
    const CLAP_ID: &'static str = "org.lacquer.lacquer";
    const CLAP_DESCRIPTION: Option<&'static str> = Some("Assistant for mastering: measures, suggests, says why");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Stereo,
        ClapFeature::Mastering,
        ClapFeature::Equalizer,
        ClapFeature::Compressor,
        ClapFeature::Limiter,
    ];
}

impl Vst3Plugin for Lacquer {
    /// Published for ever: projects refer to it.
    const VST3_CLASS_ID: [u8; 16] = *b"LacquerMasterFx1";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] = &[Vst3SubCategory::Fx, Vst3SubCategory::Mastering];
}
