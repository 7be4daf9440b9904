//! Buttons: something happens once.

use vizia::prelude::*;

use super::tip::tip;

struct Press {
    act: Box<dyn Fn(&mut EventContext)>,
}

/// A button with a word; `sentence` is its tip.
pub fn button<'a>(
    cx: &'a mut Context,
    word: impl Res<String> + Clone + 'static,
    sentence: &str,
    act: impl Fn(&mut EventContext) + 'static,
) -> Handle<'a, impl View> {
    build(cx, word, "", sentence, act).padding_left(Pixels(10.0)).padding_right(Pixels(10.0))
}

/// A small square button with a sign; `name` and `sentence` are its tip.
pub fn icon_button<'a>(
    cx: &'a mut Context,
    sign: impl Res<String> + Clone + 'static,
    name: &str,
    sentence: &str,
    act: impl Fn(&mut EventContext) + 'static,
) -> Handle<'a, impl View> {
    build(cx, sign, name, sentence, act).width(Pixels(26.0))
}

fn build<'a>(
    cx: &'a mut Context,
    word: impl Res<String> + Clone + 'static,
    name: &str,
    sentence: &str,
    act: impl Fn(&mut EventContext) + 'static,
) -> Handle<'a, Press> {
    let view = Press { act: Box::new(act) }
        .build(cx, |cx| {
            Label::new(cx, word).hoverable(false);
        })
        .class("press")
        .layout_type(LayoutType::Row)
        .alignment(Alignment::Center)
        .width(Auto)
        .role(Role::Button);
    if name.is_empty() && sentence.is_empty() { view } else { tip(view, name, sentence) }
}

impl View for Press {
    fn element(&self) -> Option<&'static str> {
        Some("press-button")
    }

    fn event(&mut self, cx: &mut EventContext, event: &mut Event) {
        event.map(|event: &WindowEvent, meta| match event {
            WindowEvent::Press { .. } if !cx.is_disabled() => {
                (self.act)(cx);
                meta.consume();
            }
            _ => {}
        });
    }
}
