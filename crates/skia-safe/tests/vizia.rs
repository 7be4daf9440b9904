//! vizia itself, unmodified, on this crate: a window without a display, driven by hand.

mod vizia {
    pub mod window;
}

use ::vizia::prelude::*;
use vizia::window::Window;

/// A window whose middle third is one coloured element.
fn striped() -> Window {
    Window::new(300, 90, 1.0, |cx| {
        HStack::new(cx, |cx| {
            Element::new(cx).size(Stretch(1.0)).background_color(Color::rgb(10, 20, 30));
            Element::new(cx).size(Stretch(1.0)).background_color(Color::rgb(200, 100, 50));
            Element::new(cx).size(Stretch(1.0)).background_color(Color::rgb(10, 20, 30));
        })
        .size(Stretch(1.0));
    })
}

#[test]
fn a_laid_out_element_fills_its_bounds_and_nothing_else() {
    let mut window = striped();
    window.settle();
    let pixel = |x, y| window.pixel(x, y);
    for y in [0, 45, 89] {
        assert_eq!(pixel(99, y), [10, 20, 30, 255]);
        assert_eq!(pixel(100, y), [200, 100, 50, 255]);
        assert_eq!(pixel(199, y), [200, 100, 50, 255]);
        assert_eq!(pixel(200, y), [10, 20, 30, 255]);
    }
}

#[test]
fn a_click_changes_what_is_drawn() {
    let mut window = Window::new(200, 100, 1.0, |cx| {
        let pressed = Signal::new(false);
        Button::new(cx, |cx| Label::new(cx, "press"))
            .on_press(move |_| pressed.set(true))
            .background_color(
                pressed.map(|pressed| if *pressed { Color::rgb(0, 160, 0) } else { Color::rgb(160, 0, 0) }),
            )
            .size(Stretch(1.0));
    });
    window.settle();
    let before = window.pixel(30, 20);
    window.click(100.0, 50.0);
    window.settle();
    let after = window.pixel(30, 20);
    assert!(before[0] > before[1], "red before: {before:?}");
    assert!(after[1] > after[0], "green after: {after:?}");
}
