//! A small CLAP host: loads a bundle from disk, lists its parameters, plays audio through it in blocks with parameter events
//! at sample positions, and saves and loads its state.
//!
//! It stands where a DAW would: [`Plugin`] stays on the main thread, [`Audio`] may go to a thread of its own. No sound is
//! changed here; latency is the plugin's.

mod audio;
mod callbacks;

use std::{
    ffi::CString,
    io::{Read, Write},
    path::Path,
};

use anyhow::{Context, Result, bail};
use clack_extensions::{
    audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig},
    latency::PluginLatency,
    params::{ParamInfoBuffer, ParamInfoFlags, PluginParams},
    render::{PluginRender, RenderMode},
    state::PluginState,
};
use clack_host::{
    events::io::{EventBuffer, InputEvents, OutputEvents},
    prelude::*,
    utils::ClapId,
};

pub use audio::{Audio, Event};
use callbacks::{Callbacks, Handlers};

/// The number that hosts see in place of a parameter's id, as Lacquer's documentation gives it.
pub fn number(id: &str) -> u32 {
    id.bytes().fold(0u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte))) & 0x7fff_ffff
}

/// One parameter as the plugin lists it. Values are the plugin's plain values, `min` to `max`.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    pub id: u32,
    pub name: String,
    /// The group, slash-separated.
    pub module: String,
    pub min: f64,
    pub max: f64,
    pub default: f64,
    /// Whether a host may automate it.
    pub automatable: bool,
    /// Whether it takes whole numbers only.
    pub stepped: bool,
    /// Whether it is the plugin's bypass.
    pub bypass: bool,
}

/// A plugin instance on the main thread.
pub struct Plugin {
    instance: PluginInstance<Handlers>,
    params: PluginParams,
    state: PluginState,
    latency: PluginLatency,
}

impl Plugin {
    /// Loads the bundle at `path` and makes an instance of the plugin `id`.
    ///
    /// # Errors
    /// When the file is no CLAP plugin, holds no plugin `id`, or lacks parameters, state or latency.
    pub fn load(path: &Path, id: &str) -> Result<Self> {
        // SAFETY: loading a library runs its code; the caller names a plugin that it trusts, as the user of any host does.
        let entry = unsafe { PluginEntry::load(path) }
            .with_context(|| format!("{} cannot be loaded as a CLAP plugin", path.display()))?;
        Self::from_entry(&entry, id).with_context(|| format!("{} cannot be hosted", path.display()))
    }

    /// Makes an instance of the plugin `id` of an entry that is loaded already.
    ///
    /// # Errors
    /// When it holds no plugin `id`, or that lacks parameters, state or latency.
    pub fn from_entry(entry: &PluginEntry, id: &str) -> Result<Self> {
        let factory = entry.get_plugin_factory().context("it makes no plugins")?;
        let ids: Vec<_> = factory
            .plugin_descriptors()
            .filter_map(|descriptor| Some(descriptor.id()?.to_string_lossy().into_owned()))
            .collect();
        if !ids.iter().any(|known| known == id) {
            bail!("there is no plugin `{id}` in it, only {}", ids.join(", "));
        }
        let host = HostInfo::new("Lacquer test host", "Lacquer Audio", "", env!("CARGO_PKG_VERSION"))?;
        let mut instance = PluginInstance::<Handlers>::new(
            |_| Callbacks::default(),
            |_| callbacks::MainThread,
            entry,
            &CString::new(id)?,
            &host,
        )?;
        let handle = instance.plugin_handle();
        let params = handle.get_extension().context("it has no parameters")?;
        let state = handle.get_extension().context("it keeps no state")?;
        let latency = handle.get_extension().context("it reports no latency")?;
        Ok(Self { instance, params, state, latency })
    }

    /// All parameters in the plugin's order.
    pub fn params(&mut self) -> Vec<Param> {
        let handle = self.instance.plugin_handle();
        let mut buffer = ParamInfoBuffer::new();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (0..self.params.count(&handle))
            .filter_map(|index| {
                let info = self.params.get_info(&handle, index, &mut buffer)?;
                Some(Param {
                    id: info.id.get(),
                    name: text(info.name),
                    module: text(info.module),
                    min: info.min_value,
                    max: info.max_value,
                    default: info.default_value,
                    automatable: info.flags.contains(ParamInfoFlags::IS_AUTOMATABLE),
                    stepped: info.flags.contains(ParamInfoFlags::IS_STEPPED),
                    bypass: info.flags.contains(ParamInfoFlags::IS_BYPASS),
                })
            })
            .collect()
    }

    /// A parameter's present value.
    pub fn value(&mut self, id: u32) -> Option<f64> {
        self.params.get_value(&self.instance.plugin_handle(), ClapId::from_raw(id)?)
    }

    /// How the plugin writes a value of a parameter.
    pub fn value_to_text(&mut self, id: u32, value: f64) -> Option<String> {
        let mut buffer = [0; 256];
        let handle = self.instance.plugin_handle();
        let text = self.params.value_to_text(&handle, ClapId::from_raw(id)?, value, &mut buffer).ok()?;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    /// What the plugin reads from a text.
    pub fn text_to_value(&mut self, id: u32, text: &str) -> Option<f64> {
        let text = CString::new(text).ok()?;
        self.params.text_to_value(&self.instance.plugin_handle(), ClapId::from_raw(id)?, &text)
    }

    /// Sets parameters without playing anything, as a host does while the plugin is not active.
    ///
    /// # Errors
    /// When the plugin is active.
    pub fn flush(&mut self, events: &[Event]) -> Result<()> {
        let mut handle = self.instance.inactive_plugin_handle().context("an active plugin takes values as it plays")?;
        let incoming = audio::buffer(events.iter().map(|event| Event { sample: 0, ..*event }));
        let mut outgoing = EventBuffer::new();
        self.params.flush(
            &mut handle,
            &InputEvents::from_buffer(&incoming),
            &mut OutputEvents::from_buffer(&mut outgoing),
        );
        Ok(())
    }

    /// Delay in samples, as reported while active.
    pub fn latency(&mut self) -> u32 {
        self.latency.get(&self.instance.plugin_handle())
    }

    /// The plugin's state as a session would hold it.
    ///
    /// # Errors
    /// When the plugin does not give it.
    pub fn save(&mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.save_to(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes the plugin's state to a stream, which may take a few bytes at a time.
    ///
    /// # Errors
    /// When the plugin does not give it, or the stream ends.
    pub fn save_to(&mut self, stream: &mut impl Write) -> Result<()> {
        self.state.save(&self.instance.plugin_handle(), stream).context("the plugin's state cannot be saved")
    }

    /// Takes a state that [`Plugin::save`] gave.
    ///
    /// # Errors
    /// When the plugin refuses it.
    pub fn load_state(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.load_state_from(&mut bytes)
    }

    /// Takes a state from a stream, which may give a few bytes at a time.
    ///
    /// # Errors
    /// When the plugin refuses it.
    pub fn load_state_from(&mut self, stream: &mut impl Read) -> Result<()> {
        self.state.load(&self.instance.plugin_handle(), stream).context("the plugin refused its state")
    }

    /// Chooses the layout with so many channels in. To be done before [`Plugin::activate`].
    ///
    /// # Errors
    /// When the plugin has none.
    pub fn select_channels(&mut self, channels: u32) -> Result<()> {
        let handle = self.instance.plugin_handle();
        let layouts: PluginAudioPortsConfig = handle.get_extension().context("the plugin has one layout only")?;
        let mut buffer = AudioPortsConfigBuffer::new();
        for index in 0..layouts.count(&handle) {
            if let Some(layout) = layouts.get(&handle, index, &mut buffer)
                && layout.main_input.is_some_and(|input| input.channel_count == channels)
            {
                let id = layout.id;
                return layouts.select(&handle, id).context("the plugin refused its own layout");
            }
        }
        bail!("the plugin has no layout with {channels} channels in")
    }

    /// Says that blocks will come faster than real time, as in a bounce. To be said before [`Plugin::activate`].
    ///
    /// # Errors
    /// When the plugin knows no such mode or refuses it.
    pub fn set_offline(&mut self, offline: bool) -> Result<()> {
        let handle = self.instance.plugin_handle();
        let render: PluginRender = handle.get_extension().context("the plugin has no render mode")?;
        let mode = if offline { RenderMode::Offline } else { RenderMode::Realtime };
        render.set(&handle, mode).context("the plugin refused its render mode")
    }

    /// Makes the plugin ready to play at `sample_rate` Hz in blocks of up to `max_block` samples.
    ///
    /// # Errors
    /// When the plugin refuses, or is active already.
    pub fn activate(&mut self, sample_rate: f64, max_block: u32) -> Result<Audio> {
        let configuration = PluginAudioConfiguration { sample_rate, min_frames_count: 1, max_frames_count: max_block };
        let stopped = self.instance.activate(|_, _| (), configuration)?;
        match stopped.start_processing() {
            Ok(started) => Ok(Audio::new(started)),
            Err(error) => {
                self.instance.deactivate(error.into_stopped_processor());
                bail!("the plugin was activated at {sample_rate} Hz but does not start")
            }
        }
    }

    /// Ends playing.
    pub fn deactivate(&mut self, audio: Audio) {
        self.instance.deactivate(audio.stop());
    }

    /// Lets the plugin do what it asked to do on the main thread. A host calls this often.
    pub fn idle(&mut self) {
        if self.instance.access_shared_handler(Callbacks::take_callback) {
            self.instance.call_on_main_thread_callback();
        }
    }

    /// How often the plugin has asked to be restarted, which is how it may change its latency.
    pub fn restarts_asked(&self) -> usize {
        self.instance.access_shared_handler(Callbacks::restarts)
    }

    /// What the plugin has logged at warning level or above.
    pub fn complaints(&self) -> Vec<String> {
        self.instance.access_shared_handler(Callbacks::complaints)
    }
}
