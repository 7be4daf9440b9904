//! Tool tips: what a control is called, its value, and in a sentence what it does to the sound.
//!
//! A tip shows when a hand rests, and never while a button is down: a drag over other controls opens none.

use vizia::prelude::*;

use crate::editor::{console::Control, wording};

/// Logical pixels, after which a tip's sentence wraps.
const WIDTH: f32 = 236.0;
/// How long the hand rests before a tip shows.
const DELAY: Duration = Duration::from_millis(600);

/// What decides whether tips show.
struct Tips {
    wanted: Signal<bool>,
    pressed: Signal<bool>,
}

impl Model for Tips {}

/// Comes before all views that have tips: these show while `wanted` says so.
pub fn tip_layer(cx: &mut Context, wanted: Signal<bool>) {
    let pressed = Signal::new(false);
    Tips { wanted, pressed }.build(cx);
    cx.add_global_listener(move |_, event| {
        event.map(|event: &WindowEvent, _| match event {
            WindowEvent::MouseDown(_) => pressed.set_if_changed(true),
            WindowEvent::MouseUp(_) => pressed.set_if_changed(false),
            _ => {}
        });
    });
    cx.emit(EnvironmentEvent::SetTooltipDelay(DELAY));
}

/// Gives a view a tip with a title and a sentence.
pub fn tip<V: View>(view: Handle<'_, V>, title: impl Into<String>, sentence: impl Into<String>) -> Handle<'_, V> {
    let (title, sentence) = (title.into(), sentence.into());
    sheet(view, move |cx| {
        if !title.is_empty() {
            Label::new(cx, title.clone()).class("title").hoverable(false);
        }
        paragraph(cx, &sentence);
    })
}

/// Gives a view the tip of a control: name, value and sentence, and what hands can do with the widgets for controls of its kind.
pub fn control_tip<'a, V: View>(view: Handle<'a, V>, control: &Control) -> Handle<'a, V> {
    let hands = wording::hands(control.parameter());
    control_tip_with(view, control, hands)
}

/// [`control_tip`] where hands can do something else: `hands` says what.
pub fn control_tip_with<'a, V: View>(view: Handle<'a, V>, control: &Control, hands: &'static str) -> Handle<'a, V> {
    let control = control.clone();
    sheet(view, move |cx| {
        let parameter = control.parameter();
        HStack::new(cx, |cx| {
            Label::new(cx, wording::name(parameter)).class("title");
            Label::new(cx, control.text()).class("value");
        })
        .size(Auto)
        .gap(Pixels(10.0));
        paragraph(cx, wording::effect(&parameter.id));
        Label::new(cx, hands).class("scale").width(Pixels(WIDTH)).text_wrap(true);
    })
}

/// What a tip is written on, below its view.
fn sheet<V: View>(view: Handle<'_, V>, lines: impl Fn(&mut Context) + 'static) -> Handle<'_, V> {
    view.tooltip(move |cx| {
        let Tips { wanted, pressed } = cx.data::<Tips>();
        let shows = wanted.get() && !pressed.get();
        Tooltip::new(cx, |cx| {
            if shows {
                VStack::new(cx, |cx| lines(cx)).size(Auto).gap(Pixels(3.0));
            }
        })
        .arrow(false)
        .placement(Placement::Bottom)
        .size(Auto)
        .display(shows)
        .class("tip")
    })
}

fn paragraph(cx: &mut Context, sentence: &str) {
    if !sentence.is_empty() {
        Label::new(cx, sentence.to_owned()).class("prose").width(Pixels(WIDTH)).text_wrap(true);
    }
}
