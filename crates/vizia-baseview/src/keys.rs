//! Keys and buttons: baseview's words in vizia's.

use baseview::{MouseButton, MouseCursor};
use vizia::prelude::{self as ours, Code, CursorIcon, Key, Modifiers};

/// A mouse button.
pub fn button(button: MouseButton) -> ours::MouseButton {
    match button {
        MouseButton::Left => ours::MouseButton::Left,
        MouseButton::Middle => ours::MouseButton::Middle,
        MouseButton::Right => ours::MouseButton::Right,
        MouseButton::Back => ours::MouseButton::Back,
        MouseButton::Forward => ours::MouseButton::Forward,
        MouseButton::Other(number) => ours::MouseButton::Other(number.into()),
        _ => ours::MouseButton::Other(u16::MAX),
    }
}

/// The modifier keys that are held.
pub fn modifiers(held: keyboard_types::Modifiers) -> Modifiers {
    use keyboard_types::Modifiers as Held;
    let mut modifiers = Modifiers::empty();
    for (theirs, ours) in [
        (Held::SHIFT, Modifiers::SHIFT),
        (Held::CONTROL, Modifiers::CTRL),
        (Held::ALT, Modifiers::ALT),
        (Held::META, Modifiers::SUPER),
    ] {
        modifiers.set(ours, held.contains(theirs));
    }
    modifiers
}

/// The key's place and, where it has one, its name. vizia has another version of the crate than baseview: the names are the same.
pub fn key(event: &keyboard_types::KeyboardEvent) -> (Code, Option<Key>) {
    let code = event.code.to_string().parse().unwrap_or(Code::Unidentified);
    let key = match &event.key {
        keyboard_types::Key::Named(name) => name.to_string().parse().ok(),
        keyboard_types::Key::Character(text) => Some(Key::Character(text.clone())),
    };
    (code, key)
}

/// The system's picture for a cursor.
pub fn cursor(icon: CursorIcon) -> MouseCursor {
    match icon {
        CursorIcon::Hand | CursorIcon::Grab => MouseCursor::Hand,
        CursorIcon::Grabbing => MouseCursor::HandGrabbing,
        CursorIcon::Text => MouseCursor::Text,
        CursorIcon::Crosshair => MouseCursor::Crosshair,
        CursorIcon::Help => MouseCursor::Help,
        CursorIcon::NotAllowed => MouseCursor::NotAllowed,
        CursorIcon::Move => MouseCursor::Move,
        CursorIcon::EwResize | CursorIcon::ColResize => MouseCursor::EwResize,
        CursorIcon::NsResize | CursorIcon::RowResize => MouseCursor::NsResize,
        CursorIcon::NeswResize => MouseCursor::NeswResize,
        CursorIcon::NwseResize => MouseCursor::NwseResize,
        CursorIcon::None => MouseCursor::Hidden,
        _ => MouseCursor::Default,
    }
}
