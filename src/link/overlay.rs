//! The last suggestion's values on their way to the audio thread.

use std::sync::Mutex;

/// Values that stand in for those of the host's parameters while `accept` is on, as (position in
/// [`fields()`](crate::settings::fields::fields), value). Empty when there is no suggestion.
pub type Overlay = Vec<(usize, f32)>;

/// Where the worker and the loading of state put an overlay in; they may wait for each other.
pub struct OverlayInlet(Mutex<triple_buffer::Input<Overlay>>);

/// Where the audio thread finds the newest overlay; it never waits, and what it no longer uses is freed at the inlet.
pub struct OverlayOutlet(triple_buffer::Output<Overlay>);

/// A way for overlays, with nothing in it.
pub fn overlay_way() -> (OverlayInlet, OverlayOutlet) {
    let (input, output) = triple_buffer::triple_buffer(&Overlay::new());
    (OverlayInlet(Mutex::new(input)), OverlayOutlet(output))
}

impl OverlayInlet {
    /// Publishes an overlay in place of the last one.
    pub fn publish(&self, overlay: Overlay) {
        // A poisoned lock only says that another thread panicked between two writes; the buffer itself stays whole.
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).write(overlay);
    }
}

impl OverlayOutlet {
    /// Takes up the newest overlay and says whether there was a new one.
    pub fn update(&mut self) -> bool {
        self.0.update()
    }

    /// The overlay last taken up.
    pub fn overlay(&self) -> &Overlay {
        self.0.output_buffer()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_overlay_arrives_once() {
        let (inlet, mut outlet) = overlay_way();
        assert!(!outlet.update());
        inlet.publish(vec![(3, 1.0)]);
        inlet.publish(vec![(4, 2.0)]);
        assert!(outlet.update());
        assert_eq!(outlet.overlay(), &vec![(4, 2.0)]);
        assert!(!outlet.update());
    }
}
