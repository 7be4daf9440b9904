//! Presets: the name with its menu, one before, one after; saving under a proposed name or a typed one.

use vizia::prelude::*;

use crate::editor::{
    desk::{
        Desk,
        presets::{Existing, Place},
    },
    widgets::{Item, entry, icon_button, menu_button},
};

/// What a sound is called that no preset was loaded for.
const NAMELESS: &str = "No preset";
/// The name proposed for such a sound.
const PROPOSED: &str = "My master";
const WIDTH: f32 = 214.0;
const PREVIOUS: &str =
    "Sets all parameters of the sound to the preset before this one in the menu. Undo brings back what was.";
const NEXT: &str =
    "Sets all parameters of the sound to the preset after this one in the menu. Undo brings back what was.";

/// The group.
pub fn presets(cx: &mut Context, desk: &Desk) {
    let typing = Signal::new(false);
    let shown = desk.shown();
    let (before, after, desk) = (desk.clone(), desk.clone(), desk.clone());
    HStack::new(cx, move |cx| {
        icon_button(cx, "‹".to_owned(), "Previous preset", PREVIOUS, move |_| step(&before, -1))
            .width(Pixels(22.0))
            .id("previous preset");
        Binding::new(cx, typing, move |cx| {
            if typing.get() {
                name_entry(cx, &desk, typing);
                return;
            }
            let desk = desk.clone();
            let differs = desk.differs();
            let word = Memo::new({
                let desk = desk.clone();
                move |_| {
                    shown.get();
                    let place = desk.with(|model| model.kept.preset.clone());
                    let name = place.map_or(NAMELESS.to_owned(), |place| place.name());
                    if differs.get() { format!("{name} •") } else { name }
                }
            });
            let sentence = "Sounds of the factory and your own. A dot says that what sounds differs from the preset.";
            menu_button(cx, word, sentence, move || menu(&desk, typing)).width(Stretch(1.0)).id("presets");
        });
        icon_button(cx, "›".to_owned(), "Next preset", NEXT, move |_| step(&after, 1))
            .width(Pixels(22.0))
            .id("next preset");
    })
    .gap(Pixels(2.0))
    .min_width(Pixels(120.0))
    // Of the bar's room it takes all that it needs, before the gap in the middle gets any.
    .width(Stretch(100.0))
    .max_width(Pixels(WIDTH))
    .height(Pixels(24.0));
}

fn step(desk: &Desk, steps: isize) {
    desk.listen_plainly();
    desk.act(|model, now| model.step_preset(steps, now));
}

fn menu(desk: &Desk, typing: Signal<bool>) -> Vec<Item> {
    let refresh = |model: &crate::editor::desk::model::Model| {
        let mut library = model.library.clone();
        library.refresh();
        (library, model.kept.preset.clone())
    };
    let (library, loaded) = desk.with(refresh);
    let choice = |place: Place| {
        let chosen = loaded.as_ref() == Some(&place);
        let desk = desk.clone();
        Item::choice(place.name(), move |_| {
            desk.listen_plainly();
            desk.load_preset(&place);
        })
        .chosen(chosen)
    };
    let mut items = vec![Item::head("Factory")];
    items.extend(library.factory().map(choice));
    items.push(Item::Line);
    items.push(Item::head("Your own"));
    let own: Vec<_> = library.own().map(choice).collect();
    if own.is_empty() {
        items.push(Item::choice("none yet", |_| {}).enabled(false));
    }
    items.extend(own);
    items.push(Item::Line);
    if let Some(Place::User(_)) = &loaded {
        let name = loaded.as_ref().map(Place::name).unwrap_or_default();
        let desk = desk.clone();
        items.push(Item::choice(format!("Save “{name}”"), move |_| desk.save_preset(&name, Existing::Replace)));
    }
    let proposed = proposed_name(desk);
    let saving = desk.clone();
    items.push(Item::choice(format!("Save as “{proposed}”"), move |_| {
        saving.save_preset(&proposed, Existing::Keep)
    }));
    items.push(Item::choice("Save under another name …", move |_| typing.set(true)));
    items
}

/// A name that is free, made of the preset's.
fn proposed_name(desk: &Desk) -> String {
    desk.with(|model| {
        let name = model.kept.preset.as_ref().map_or(PROPOSED.to_owned(), Place::name);
        // A number at its end counts on.
        let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end();
        model.library.free_name(if stem.is_empty() { PROPOSED } else { stem })
    })
}

/// The field for the name of a preset to save.
fn name_entry(cx: &mut Context, desk: &Desk, typing: Signal<bool>) {
    let desk = desk.clone();
    entry(cx, proposed_name(&desk), move |name| {
        if let Some(name) = name {
            desk.save_preset(name, Existing::Keep);
        }
        typing.set(false);
    })
    .height(Pixels(24.0))
    .id("preset name");
}
