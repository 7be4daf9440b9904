//! One started plugin with all its ports connected.

use std::{ffi::c_void, ptr};

use anyhow::{Context, Result, ensure};

use super::{
    Host,
    features::{AtomTypes, Features, WORKER_INTERFACE},
    flush::flushed,
    lilv::{Instance, SequenceHeader, WorkerInterface},
};
use crate::device::Device;

/// Bytes of an event port's buffer.
const EVENT_BYTES: usize = 1 << 16;
/// Samples that plugins may read or write past a block when they work in wide registers.
const MARGIN: usize = 64;

/// A stereo plugin that runs.
pub struct Plugin {
    host: Host,
    instance: *mut Instance,
    features: Features,
    block: usize,
    /// One value a port; ports that are no controls leave theirs unused.
    controls: Vec<f32>,
    inputs: [Vec<f32>; 2],
    outputs: [Vec<f32>; 2],
    /// Sidechains read it, outputs beyond the second write it.
    _silence: Vec<f32>,
    _spare: Vec<f32>,
    events: Vec<Events>,
    atoms: AtomTypes,
    latency_port: Option<usize>,
}

struct Events {
    buffer: Vec<u64>,
    is_input: bool,
}

impl Plugin {
    pub(super) fn new(
        host: &Host,
        uri: &str,
        settings: &[(&str, f32)],
        sample_rate: f64,
        block: usize,
    ) -> Result<Self> {
        let lilv = &host.0.lilv;
        let description = host.find(uri)?;
        ensure!(!description.is_null(), "the plugin {uri} is not installed");
        let features = Features::new(sample_rate, block);
        // SAFETY: the description is the world's; the features live in boxes that `Plugin` keeps.
        let instance = unsafe { (lilv.plugin_instantiate)(description, sample_rate, features.as_ptr()) };
        ensure!(!instance.is_null(), "the plugin {uri} does not start");
        // SAFETY: asked of a valid description, about its own ports.
        let (ports, latency_port) = unsafe {
            let has_latency = (lilv.plugin_has_latency)(description);
            (
                (lilv.plugin_get_num_ports)(description) as usize,
                has_latency.then(|| (lilv.plugin_get_latency_port_index)(description) as usize),
            )
        };
        let mut controls = vec![0f32; ports];
        // SAFETY: the array has one place a port; the two that are not asked for may be null.
        unsafe {
            (lilv.plugin_get_port_ranges_float)(description, ptr::null_mut(), ptr::null_mut(), controls.as_mut_ptr());
        }
        controls.iter_mut().filter(|value| value.is_nan()).for_each(|value| *value = 0.0);
        let buffer = || vec![0f32; block + MARGIN];
        let mut plugin = Self {
            host: host.clone(),
            instance,
            features,
            block,
            controls,
            inputs: [buffer(), buffer()],
            outputs: [buffer(), buffer()],
            _silence: buffer(),
            _spare: buffer(),
            events: Vec::new(),
            atoms: AtomTypes::new(),
            latency_port,
        };
        plugin.connect(description).with_context(|| format!("the plugin {uri} cannot be used"))?;
        for (symbol, value) in settings {
            // SAFETY: a port asked for by its symbol; null when there is none.
            let port = host.with_node(symbol, lilv.new_string, |node| unsafe {
                (lilv.plugin_get_port_by_symbol)(description, node)
            })?;
            ensure!(!port.is_null(), "the plugin {uri} has no control `{symbol}`");
            // SAFETY: a port of this description.
            let index = unsafe { (lilv.port_get_index)(description, port) } as usize;
            plugin.controls[index] = *value;
        }
        plugin.activate();
        Ok(plugin)
    }

    fn connect(&mut self, description: super::Object) -> Result<()> {
        let lilv = &self.host.0.lilv;
        let is_a = |class: &str| -> Result<Vec<bool>> {
            self.host.with_node(class, lilv.new_uri, |node| {
                (0..self.controls.len() as u32)
                    // SAFETY: indices below the number of ports.
                    .map(|index| unsafe {
                        let port = (lilv.plugin_get_port_by_index)(description, index);
                        (lilv.port_is_a)(description, port, node)
                    })
                    .collect()
            })
        };
        let inputs = is_a("http://lv2plug.in/ns/lv2core#InputPort")?;
        let audio = is_a("http://lv2plug.in/ns/lv2core#AudioPort")?;
        let control = is_a("http://lv2plug.in/ns/lv2core#ControlPort")?;
        let mut counts = [0usize; 2];
        for index in 0..self.controls.len() {
            let place: *mut c_void = if audio[index] {
                let is_output = usize::from(!inputs[index]);
                let channel = counts[is_output];
                counts[is_output] += 1;
                match (is_output, channel) {
                    (0, 0 | 1) => self.inputs[channel].as_mut_ptr().cast(),
                    (1, 0 | 1) => self.outputs[channel].as_mut_ptr().cast(),
                    (0, _) => self._silence.as_mut_ptr().cast(),
                    _ => self._spare.as_mut_ptr().cast(),
                }
            } else if control[index] {
                ptr::from_mut(&mut self.controls[index]).cast()
            } else {
                let mut buffer = vec![0u64; EVENT_BYTES / 8];
                let place = buffer.as_mut_ptr().cast();
                self.events.push(Events { buffer, is_input: inputs[index] });
                place
            };
            // SAFETY: each place belongs to a vector of this plugin that is never resized, and is large enough for its port.
            unsafe { ((*(*self.instance).descriptor).connect_port)((*self.instance).handle, index as u32, place) };
        }
        ensure!(counts.iter().all(|count| *count >= 2), "it has not two audio inputs and outputs");
        Ok(())
    }

    fn activate(&mut self) {
        // SAFETY: the instance is valid until it is dropped; the interface is the plugin's answer to a URI it knows or null.
        unsafe {
            let descriptor = &*(*self.instance).descriptor;
            self.features.worker.plugin = (*self.instance).handle;
            if let Some(extension_data) = descriptor.extension_data {
                self.features.worker.interface = extension_data(WORKER_INTERFACE.as_ptr()).cast::<WorkerInterface>();
            }
            if let Some(activate) = descriptor.activate {
                activate((*self.instance).handle);
            }
        }
    }

    fn clear_events(&mut self) {
        for events in &mut self.events {
            let header = if events.is_input {
                SequenceHeader { size: 8, kind: self.atoms.sequence, unit: 0, pad: 0 }
            } else {
                SequenceHeader { size: (EVENT_BYTES - 8) as u32, kind: self.atoms.chunk, unit: 0, pad: 0 }
            };
            // SAFETY: the buffer is longer than the header and aligned to eight bytes.
            unsafe { events.buffer.as_mut_ptr().cast::<SequenceHeader>().write(header) };
        }
    }

    fn run(&mut self, length: usize) {
        self.clear_events();
        // SAFETY: all ports are connected to buffers of at least `block` samples, and `length` is no more.
        flushed(|| unsafe {
            let handle = (*self.instance).handle;
            ((*(*self.instance).descriptor).run)(handle, length as u32);
            let worker = self.features.worker.interface;
            if !worker.is_null()
                && let Some(end_run) = (*worker).end_run
            {
                end_run(handle);
            }
        });
    }
}

impl Device for Plugin {
    fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        for (left, right) in left.chunks_mut(self.block).zip(right.chunks_mut(self.block)) {
            self.inputs[0][..left.len()].copy_from_slice(left);
            self.inputs[1][..right.len()].copy_from_slice(right);
            self.run(left.len());
            left.copy_from_slice(&self.outputs[0][..left.len()]);
            right.copy_from_slice(&self.outputs[1][..right.len()]);
        }
    }

    fn latency(&self) -> usize {
        self.latency_port.map_or(0, |port| self.controls[port].max(0.0) as usize)
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        // SAFETY: the instance is valid, deactivated once and freed once.
        unsafe {
            if let Some(deactivate) = (*(*self.instance).descriptor).deactivate {
                deactivate((*self.instance).handle);
            }
            (self.host.0.lilv.instance_free)(self.instance);
        }
    }
}
