//! The buffers of a block as a VST3 host describes them.

use std::{ptr, slice};

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{AudioBusBuffers, ProcessData};

/// The format's number for samples of 32 bits.
pub const SAMPLES_OF_32_BITS: i32 = 0;
/// The most channels that there are: stereo.
pub const CHANNELS: usize = 2;

/// The first bus from a sample on; `channels` becomes the list of where its channels are then.
///
/// # Safety
/// There is such a bus with all its channels of 32 bits, [`CHANNELS`] of them at most, which are longer.
pub unsafe fn from(
    buses: *const AudioBusBuffers,
    sample: usize,
    channels: &mut [*mut f32; CHANNELS],
) -> AudioBusBuffers {
    // SAFETY: as the caller says.
    unsafe {
        let mut bus = *buses;
        for (index, channel) in channels.iter_mut().enumerate().take(bus.numChannels as usize) {
            *channel = (*bus.__field0.channelBuffers32.add(index)).add(sample);
        }
        bus.__field0.channelBuffers32 = channels.as_mut_ptr();
        bus
    }
}

/// Whether the first bus has all its channels.
///
/// # Safety
/// There are so many buses at `buses`, and each has a pointer for each of its channels of 32 bits, or is null.
pub unsafe fn has(buses: *const AudioBusBuffers, count: i32, channels: u32) -> bool {
    // SAFETY: as the caller says.
    unsafe {
        match buses.as_ref() {
            Some(bus)
                if count > 0 && bus.numChannels == channels as i32 && !bus.__field0.channelBuffers32.is_null() =>
            {
                slice::from_raw_parts(bus.__field0.channelBuffers32, channels as usize)
                    .iter()
                    .all(|channel| !channel.is_null())
            }
            _ => false,
        }
    }
}

/// Whether there is no channel to write to.
///
/// # Safety
/// The outputs are what the call says of them, or null.
pub unsafe fn has_none(call: &ProcessData) -> bool {
    // SAFETY: as the caller says.
    call.outputs.is_null() || call.numOutputs <= 0 || unsafe { (*call.outputs).numChannels } <= 0
}

/// Fills with zeros what is there of the outputs.
///
/// # Safety
/// The outputs are what the call says of them, or null.
pub unsafe fn silence(call: &ProcessData) {
    if call.outputs.is_null() {
        return;
    }
    let bytes = call.numSamples as usize * if call.symbolicSampleSize == SAMPLES_OF_32_BITS { 4 } else { 8 };
    // SAFETY: as the caller says; zero bytes are the number zero, and a pointer is one whatever it leads to.
    unsafe {
        for bus in slice::from_raw_parts(call.outputs, call.numOutputs.max(0) as usize) {
            let channels = bus.__field0.channelBuffers32.cast::<*mut u8>();
            if !channels.is_null() {
                for channel in slice::from_raw_parts(channels, bus.numChannels.max(0) as usize) {
                    if !channel.is_null() {
                        ptr::write_bytes(*channel, 0, bytes);
                    }
                }
            }
        }
    }
}

/// Says of each channel of a bus whether all of it is silence.
///
/// # Safety
/// The bus has so many channels of 32 bits, each with so many samples.
pub unsafe fn tell_silence(bus: &mut AudioBusBuffers, channels: u32, samples: usize) {
    bus.silenceFlags = 0;
    for channel in 0..channels {
        // SAFETY: as the caller says.
        let heard = unsafe { slice::from_raw_parts(*bus.__field0.channelBuffers32.add(channel as usize), samples) };
        if heard.iter().all(|sample| *sample == 0.0) {
            bus.silenceFlags |= 1 << channel;
        }
    }
}
