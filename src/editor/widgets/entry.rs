//! A field for a word, a path or a figure: return takes it, leaving it otherwise does not.

use vizia::prelude::*;

use crate::editor::console::Control;

/// What the field says when it is left; `done` when it was by the return key.
struct Typed {
    text: String,
    done: bool,
}

/// Hears what was typed, or that nothing was.
type Left = Box<dyn Fn(Option<&str>)>;

struct Entry {
    left: Left,
}

/// A field that holds `text`, chosen whole so that typing replaces it. `left` hears what was typed when return takes it, and
/// `None` when the field is left in another way.
pub fn entry<'a, R>(cx: &'a mut Context, text: R, left: impl Fn(Option<&str>) + 'static) -> Handle<'a, impl View>
where
    R: Res<String> + Clone + 'static,
{
    Entry { left: Box::new(left) }
        .build(cx, |cx| {
            Textbox::new(cx, text)
                .class("entry")
                .width(Stretch(1.0))
                .height(Stretch(1.0))
                .on_submit(|cx, text, done| cx.emit(Typed { text, done }))
                .on_cancel(|cx| cx.emit(Typed { text: String::new(), done: false }))
                .on_build(|cx| {
                    cx.emit(TextEvent::StartEdit);
                    cx.emit(TextEvent::SelectAll);
                });
        })
        .width(Stretch(1.0))
}

/// A field for the value of `control`, which it has when return takes what was typed. `left` hears that the field is left.
pub fn value_entry<'a>(cx: &'a mut Context, control: &Control, left: impl Fn() + 'static) -> Handle<'a, impl View> {
    let entered = control.clone();
    entry(cx, control.text(), move |typed| {
        if let Some(typed) = typed {
            entered.enter(typed);
        }
        left();
    })
}

impl View for Entry {
    fn event(&mut self, _: &mut EventContext, event: &mut Event) {
        event.map(|typed: &Typed, meta| {
            (self.left)(typed.done.then_some(typed.text.as_str()));
            meta.consume();
        });
    }
}
