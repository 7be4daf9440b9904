//! A small LV2 host: finds an installed plugin, sets its controls, runs audio through it in blocks.
//!
//! It offers what the measured plugins ask for: numbers for URIs, the block's length as options, and a worker that does its
//! work at once. Denormals are flushed to zero while a plugin runs, as in every host.

mod features;
mod flush;
mod lilv;
mod plugin;

use std::{ffi::CString, rc::Rc};

use anyhow::{Context, Result};

use self::lilv::{Lilv, Object};
pub use self::plugin::Plugin;

/// All LV2 plugins of this machine.
#[derive(Clone)]
pub struct Host(Rc<World>);

struct World {
    lilv: Lilv,
    world: Object,
    plugins: Object,
}

impl Host {
    /// Looks through the folders of LV2 plugins (`LV2_PATH`, or the platform's own); `None` when lilv is not installed.
    pub fn new() -> Option<Self> {
        let lilv = Lilv::load()?;
        // SAFETY: a new world is filled once and never freed: some plugins do not survive being unloaded, and the process ends soon.
        let (world, plugins) = unsafe {
            let world = (lilv.world_new)();
            (lilv.world_load_all)(world);
            (world, (lilv.world_get_all_plugins)(world))
        };
        Some(Self(Rc::new(World { lilv, world, plugins })))
    }

    /// Whether a plugin is installed.
    pub fn has(&self, uri: &str) -> bool {
        self.find(uri).is_ok_and(|plugin| !plugin.is_null())
    }

    /// A plugin at `sample_rate` Hz that takes blocks of at most `block` samples, with controls set by their symbols.
    ///
    /// # Errors
    /// A sentence naming the plugin when it is not installed, does not start, has no such control or is not stereo.
    pub fn open(&self, uri: &str, controls: &[(&str, f32)], sample_rate: f64, block: usize) -> Result<Plugin> {
        Plugin::new(self, uri, controls, sample_rate, block)
    }

    fn find(&self, uri: &str) -> Result<Object> {
        self.with_node(uri, self.0.lilv.new_uri, |node| {
            // SAFETY: the collection lives as long as the world, the node until `with_node` frees it.
            unsafe { (self.0.lilv.plugins_get_by_uri)(self.0.plugins, node) }
        })
    }

    /// Makes a node of `text`, hands it to `use_node` and frees it.
    fn with_node<T>(
        &self,
        text: &str,
        make: unsafe extern "C" fn(Object, *const std::ffi::c_char) -> Object,
        use_node: impl FnOnce(Object) -> T,
    ) -> Result<T> {
        let text = CString::new(text).context("a name holds a zero byte")?;
        // SAFETY: `make` is lilv's constructor of a node and copies the text; the node is freed once, after its use.
        unsafe {
            let node = make(self.0.world, text.as_ptr());
            let result = use_node(node);
            (self.0.lilv.node_free)(node);
            Ok(result)
        }
    }
}

/// Controls and their values from text like `gain=6 threshold=-1`.
///
/// # Errors
/// Names the part that is no control with a number.
pub fn controls(text: &str) -> Result<Vec<(&str, f32)>> {
    text.split_whitespace()
        .map(|part| {
            let (symbol, value) = part.split_once('=').with_context(|| format!("`{part}` sets no control"))?;
            Ok((symbol, value.parse().with_context(|| format!("`{part}` is no number"))?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_read_from_text_and_faults_are_named() {
        assert_eq!(controls("gain=6  threshold=-1").expect("well written"), [("gain", 6.0), ("threshold", -1.0)]);
        for fault in ["gain", "gain=loud"] {
            assert!(controls(fault).expect_err("no control").to_string().contains(fault));
        }
    }
}
