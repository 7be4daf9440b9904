//! The least of a host: an instance of the plugin, activated, to be played.

use nice_plug::{
    params::internals::ParamPtr,
    prelude::{
        ActivateContext, AudioIOLayout, AuxiliaryBuffers, Buffer, BufferConfig, Plugin, PluginApi, PluginNoteEvent,
        ProcessContext, ProcessMode, Transport,
    },
};
use nice_plug_core::context::process::SendEventError;

use crate::plugin::{Instance, Lacquer};

/// Frames of one call.
const BLOCK: usize = 512;

/// An instance that plays stereo at one rate.
pub struct Host {
    plugin: Lacquer,
    context: Context,
    sample_rate_hz: u32,
}

impl Host {
    /// A fresh instance at this rate.
    ///
    /// # Panics
    /// When the plugin refuses the rate.
    pub fn new(sample_rate_hz: u32) -> Self {
        let mut plugin = Lacquer::default();
        let context = Context(Transport::new(sample_rate_hz as f32));
        let config = BufferConfig {
            sample_rate: sample_rate_hz as f32,
            min_buffer_size: None,
            max_buffer_size: BLOCK as u32,
            process_mode: ProcessMode::Realtime,
        };
        let layout: &AudioIOLayout = &Lacquer::AUDIO_IO_LAYOUTS[0];
        assert!(plugin.activate(layout, &config, &mut Context(Transport::new(sample_rate_hz as f32))), "refused");
        plugin.reset();
        Self { plugin, context, sample_rate_hz }
    }

    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// What the plugin shares with its window.
    pub fn instance(&self) -> Instance {
        self.plugin.instance()
    }

    /// Sets a parameter as a host's automation does.
    ///
    /// # Panics
    /// When there is no parameter with this id.
    pub fn automate(&mut self, id: &str, position: f32) {
        let map = self.plugin.params().param_map();
        let pointer = map.iter().find(|(known, ..)| known == id).map(|(_, pointer, _)| *pointer);
        set(pointer.unwrap_or_else(|| panic!("there is no parameter `{id}`")), position);
    }

    /// Plays two channels of the same length and gives what comes out.
    pub fn process(&mut self, left: &[f32], right: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let (mut left, mut right) = (left.to_vec(), right.to_vec());
        for (left, right) in left.chunks_mut(BLOCK).zip(right.chunks_mut(BLOCK)) {
            let mut buffer = Buffer::default();
            // SAFETY: both slices have as many samples as is said, and outlive the buffer.
            unsafe {
                buffer.set_slices(left.len(), |slices| *slices = vec![&mut *left, &mut *right]);
            }
            let mut auxiliary = AuxiliaryBuffers { inputs: &mut [], outputs: &mut [] };
            self.plugin.process(&mut buffer, &mut auxiliary, &mut self.context);
        }
        (left, right)
    }
}

/// Sets a parameter of an instance that is at hand.
pub(super) fn set(pointer: ParamPtr, position: f32) {
    // SAFETY: the caller holds the instance whose parameter this is, and parameters are never moved.
    unsafe { pointer._internal_set_normalized_value(position) };
}

/// What a plugin may ask of its host: nothing here needs an answer.
struct Context(Transport);

impl ActivateContext<Lacquer> for Context {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }
    fn execute(&self, _: <Lacquer as Plugin>::BackgroundTask) {}
    fn set_latency_samples(&self, _: u32) {}
    fn set_current_voice_capacity(&self, _: u32) {}
}

impl ProcessContext<Lacquer> for Context {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }
    fn execute_background(&self, _: <Lacquer as Plugin>::BackgroundTask) {}
    fn execute_gui(&self, _: <Lacquer as Plugin>::BackgroundTask) {}
    fn transport(&self) -> &Transport {
        &self.0
    }
    fn next_event(&mut self) -> Option<PluginNoteEvent<Lacquer>> {
        None
    }
    fn try_send_event(
        &mut self,
        event: PluginNoteEvent<Lacquer>,
    ) -> Result<(), (PluginNoteEvent<Lacquer>, SendEventError)> {
        Err((event, SendEventError::NoOutputBuffer))
    }
    fn set_latency_samples(&self, _: u32) {}
    fn request_restart(&self) {}
    fn set_current_voice_capacity(&self, _: u32) {}
}
