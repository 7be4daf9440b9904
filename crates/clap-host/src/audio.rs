//! The audio side: blocks of samples and events in, blocks and events out.

use anyhow::{Context, Result, ensure};
use clack_extensions::tail::{PluginTail, TailLength};
use clack_host::{
    events::{
        Pckn,
        event_types::ParamValueEvent,
        io::{EventBuffer, InputEvents, OutputEvents},
        spaces::CoreEventSpace,
    },
    prelude::*,
    process::{StartedPluginAudioProcessor, StoppedPluginAudioProcessor},
    utils::ClapId,
};

use crate::callbacks::Handlers;

/// A parameter takes a value at a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// Sample from the start of what is played.
    pub sample: u64,
    /// The parameter's id.
    pub param: u32,
    /// In the parameter's own range.
    pub value: f64,
}

/// A plugin that plays. May be sent to a thread of its own; must be given back to [`crate::Plugin::deactivate`].
pub struct Audio {
    processor: StartedPluginAudioProcessor<Handlers>,
    /// Samples played so far.
    played: u64,
}

impl Audio {
    pub(crate) fn new(processor: StartedPluginAudioProcessor<Handlers>) -> Self {
        Self { processor, played: 0 }
    }

    pub(crate) fn stop(self) -> StoppedPluginAudioProcessor<Handlers> {
        self.processor.stop_processing()
    }

    /// Forgets what still rings, as a host does when the playhead jumps.
    pub fn reset(&mut self) {
        self.processor.reset();
        self.played = 0;
    }

    /// For how many samples the plugin may still sound once its input has ended, as it says after a block; nothing when it says
    /// for ever, or does not say.
    pub fn tail(&mut self) -> Option<u32> {
        let handle = self.processor.plugin_handle();
        let tail: PluginTail = handle.get_extension()?;
        match tail.get(&handle) {
            TailLength::Finite(samples) => Some(samples),
            TailLength::Infinite => None,
        }
    }

    /// Plays `channels` (one slice a channel) in blocks of `block` samples and puts the output in their place.
    ///
    /// `events` are in rising order of [`Event::sample`], counted from the start of `channels`. Gives what parameter values the
    /// plugin sent, counted likewise. `after_block` is called with the sample reached after each block.
    ///
    /// # Errors
    /// When the plugin fails, or the channels differ in length.
    pub fn play(
        &mut self,
        channels: &mut [&mut [f32]],
        block: usize,
        events: &[Event],
        after_block: impl FnMut(usize),
    ) -> Result<Vec<Event>> {
        self.play_within(channels, block, events, |call| call(), after_block)
    }

    /// The same, with each call of the plugin made by `within`, which can watch or time it.
    ///
    /// # Errors
    /// As [`Audio::play`].
    pub fn play_within(
        &mut self,
        channels: &mut [&mut [f32]],
        block: usize,
        events: &[Event],
        mut within: impl FnMut(&mut dyn FnMut()),
        mut after_block: impl FnMut(usize),
    ) -> Result<Vec<Event>> {
        let length = channels.first().map_or(0, |channel| channel.len());
        ensure!(channels.iter().all(|channel| channel.len() == length), "all channels must be of the same length");
        let block = block.max(1);
        let mut sent = Vec::new();
        let mut input = vec![vec![0.0; block]; channels.len()];
        let mut start = 0;
        while start < length {
            let end = length.min(start + block);
            for (input, channel) in input.iter_mut().zip(channels.iter()) {
                input[..end - start].copy_from_slice(&channel[start..end]);
            }
            let due = events.iter().filter(|event| (start as u64..end as u64).contains(&event.sample));
            self.block(&mut input, channels, start..end, due, &mut within, &mut sent)?;
            start = end;
            after_block(end);
        }
        Ok(sent)
    }

    fn block<'e>(
        &mut self,
        input: &mut [Vec<f32>],
        channels: &mut [&mut [f32]],
        range: std::ops::Range<usize>,
        events: impl Iterator<Item = &'e Event>,
        within: &mut impl FnMut(&mut dyn FnMut()),
        sent: &mut Vec<Event>,
    ) -> Result<()> {
        let length = range.len();
        let start = range.start as u64;
        let incoming = buffer(events.map(|event| Event { sample: event.sample - start, ..*event }));
        let mut outgoing = EventBuffer::new();
        let (mut input_ports, mut output_ports) =
            (AudioPorts::with_capacity(channels.len(), 1), AudioPorts::with_capacity(channels.len(), 1));
        let input_buffers = input_ports.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(
                input.iter_mut().map(|channel| InputChannel::variable(&mut channel[..length])),
            ),
        }]);
        let mut output_buffers = output_ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(
                channels.iter_mut().map(|channel| &mut channel[range.clone()]),
            ),
        }]);
        let incoming = InputEvents::from_buffer(&incoming);
        let mut answer = None;
        let (processor, played) = (&mut self.processor, Some(self.played));
        {
            let mut outgoing = OutputEvents::from_buffer(&mut outgoing);
            within(&mut || {
                answer = Some(processor.process(
                    &input_buffers,
                    &mut output_buffers,
                    &incoming,
                    &mut outgoing,
                    played,
                    None,
                ));
            });
        }
        answer.context("the plugin was not called")??;
        self.played += length as u64;
        for event in outgoing.iter() {
            if let Some(CoreEventSpace::ParamValue(value)) = event.as_core_event()
                && let Some(param) = value.param_id()
            {
                sent.push(Event {
                    sample: start + u64::from(event.header().time()),
                    param: param.get(),
                    value: value.value(),
                });
            }
        }
        Ok(())
    }
}

/// The events in CLAP's form, at their samples of the block.
pub(crate) fn buffer(events: impl Iterator<Item = Event>) -> EventBuffer {
    let mut buffer = EventBuffer::new();
    for event in events {
        let (time, id) = (event.sample as u32, ClapId::new(event.param));
        buffer.push(&ParamValueEvent::new(time, id, Pckn::match_all(), event.value));
    }
    buffer
}
