//! The entry points that hosts look for in the library, and what stands between them and the framework.
//!
//! The framework, nice-plug, offers both by a macro. What it cannot bear ends the process, and with it the host and all its user did:
//! processing before activation or from two threads at once, other numbers of channels than agreed, missing channels, events past the
//! block's end, the parameter after the last. So each instance is handed out behind a guard that refuses such calls in the format's
//! own way: silence and an error, while parameter events within the call hold. A guard asks nobody for anything: no heap, no lock
//! that waits on the audio thread.
//!
//! Windows are guarded as well: what the framework leaves with a VST3 host's run loop is taken back, a CLAP host that has no room for windows
//! is offered none, and on Linux, where the window has a thread of its own, the host's timer paces it.

mod clap;
mod clap_buffers;
mod clap_events;
mod clap_guard;
mod clap_sent;
mod clap_values;
#[cfg(feature = "editor")]
mod clap_window;
mod last_tasks;
pub(super) mod newest;
mod numbered;
mod turn;
mod vst3;
mod vst3_buffers;
mod vst3_guard;
mod vst3_values;
#[cfg(all(feature = "editor", target_os = "linux"))]
mod vst3_view;

pub use clap::clap_entry;
pub use last_tasks::Mark;
pub use vst3::GetPluginFactory;
