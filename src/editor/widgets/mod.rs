//! Controls that any panel can use. Each is bound to a [`Control`](super::Control) of the console or to a signal and a closure,
//! says in its tool tip what it does to the sound, and is at least 18 pixels high.
//!
//! | widget | for |
//! | --- | --- |
//! | [`value_box()`], [`named_value()`] | a number or choice as text: drag up and down, wheel, double click resets, right click types; a click takes the next choice |
//! | [`power()`] | a module's or band's switch |
//! | [`toggle()`] | a switch with a word |
//! | [`lamp()`] | the sign that a switch is on, for views with a switch of their own |
//! | [`reading()`] | a figure that runs |
//! | [`segmented()`] | one of a few choices |
//! | [`button()`], [`icon_button()`] | something that happens |
//! | [`entry()`], [`value_entry()`] | a word or path to type, or a control's value |
//! | [`menu_button()`], [`Menu`] | many choices where the hand is |
//! | [`tip()`], [`control_tip()`] | the tool tip alone, for views that draw themselves |
//! | [`Grip`] | dragging, wheel, reset, for views that draw themselves |

mod button;
mod corner;
mod entry;
mod grip;
mod lamp;
mod menu;
mod power;
mod reading;
mod segmented;
#[cfg(test)]
mod tests;
mod tip;
mod toggle;
mod value_box;

pub use button::{button, icon_button};
pub use corner::corner;
pub use entry::{entry, value_entry};
pub use grip::Grip;
pub use lamp::lamp;
pub use menu::{Item, Menu, menu_button, open_menu};
pub use power::power;
pub use reading::reading;
pub use segmented::segmented;
pub use tip::{control_tip, control_tip_with, tip, tip_layer};
pub use toggle::toggle;
pub use value_box::{named_value, value_box};
use vizia::prelude::{MouseButton, WindowEvent};

/// Whether the left button goes down, however soon after the last time: vizia makes another event of a second and a third press in one place.
pub fn is_press(event: &WindowEvent) -> bool {
    use WindowEvent::{MouseDoubleClick, MouseDown, MouseTripleClick};
    matches!(
        event,
        MouseDown(MouseButton::Left) | MouseDoubleClick(MouseButton::Left) | MouseTripleClick(MouseButton::Left)
    )
}
