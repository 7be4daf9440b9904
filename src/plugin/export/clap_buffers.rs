//! The buffers of a block as a CLAP host describes them.

use std::{ptr, slice};

use clap_sys::{audio_buffer::clap_audio_buffer, process::clap_process};

/// Whether the first port has all its channels.
///
/// # Safety
/// There are so many ports at `ports`, and each has a pointer for each of its channels, or is null.
pub unsafe fn has(ports: *const clap_audio_buffer, count: u32, channels: u32) -> bool {
    // SAFETY: as the caller says.
    unsafe {
        match ports.as_ref() {
            Some(port) if count > 0 && port.channel_count == channels && !port.data32.is_null() => {
                slice::from_raw_parts(port.data32, channels as usize).iter().all(|channel| !channel.is_null())
            }
            _ => false,
        }
    }
}

/// Fills with zeros what is there of the outputs.
///
/// # Safety
/// The outputs are what the call says of them, or null.
pub unsafe fn silence(call: &clap_process) {
    /// # Safety
    /// `data` is null or holds so many pointers, each null or to so many samples.
    unsafe fn clear<T>(data: *mut *mut T, channels: u32, frames: usize) {
        if data.is_null() {
            return;
        }
        // SAFETY: as the caller says; zero bytes are the number zero.
        unsafe {
            for channel in slice::from_raw_parts(data, channels as usize) {
                if !channel.is_null() {
                    ptr::write_bytes(*channel, 0, frames);
                }
            }
        }
    }
    if call.audio_outputs.is_null() {
        return;
    }
    // SAFETY: as the caller says.
    unsafe {
        for port in slice::from_raw_parts(call.audio_outputs, call.audio_outputs_count as usize) {
            clear(port.data32, port.channel_count, call.frames_count as usize);
            clear(port.data64, port.channel_count, call.frames_count as usize);
        }
    }
}

/// Says of each channel of a port whether it is the same number all through, so that a host need not look at silence.
///
/// # Safety
/// The port has all its channels, each with so many samples.
pub unsafe fn tell_constants(port: &mut clap_audio_buffer, frames: u32) {
    port.constant_mask = 0;
    for channel in 0..port.channel_count.min(u64::BITS) {
        // SAFETY: as the caller says.
        let heard = unsafe { slice::from_raw_parts(*port.data32.add(channel as usize), frames as usize) };
        // Sound ends the look at its second sample.
        if let [first, others @ ..] = heard
            && others.iter().all(|sample| sample == first)
        {
            port.constant_mask |= 1 << channel;
        }
    }
}
