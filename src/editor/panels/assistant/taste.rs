//! What the song is held against, in one line: style, references, and how much of the whole is taken.

use std::{path::PathBuf, rc::Rc};

use vizia::prelude::*;

use super::{
    amount::amount,
    card::{frame, head, prose},
    picker::{self, is_audio, pick, short_name},
    words,
};
use crate::{
    assistant::{StyleShare, Target},
    editor::{
        desk::Desk,
        widgets::{Item, button, entry, menu_button},
    },
    plugin::taste::References,
};

/// The modules that the assistant may use: their switches, and what they are called.
const MAY_USE: [(&str, &str); 4] = [
    ("assist_eq", "Equaliser"),
    ("assist_comp", "Compressor"),
    ("assist_imager", "Imager"),
    ("assist_limiter", "Limiter"),
];

/// The line, and below it the field for a path while one is asked for.
pub fn taste(cx: &mut Context, desk: &Desk) {
    let typing = Signal::new(false);
    let (bound, desk) = (desk.shown(), desk.clone());
    Binding::new(cx, bound, move |cx| {
        HStack::new(cx, |cx| {
            style_menu(cx, &desk);
            reference_menu(cx, &desk, typing);
            Element::new(cx).width(Stretch(1.0)).height(Pixels(1.0)).hoverable(false);
        })
        .alignment(Alignment::Left)
        .gap(Pixels(6.0))
        .height(Pixels(24.0));
        notes(cx, &desk);
        let desk = desk.clone();
        Binding::new(cx, typing, move |cx| {
            if typing.get() {
                path_entry(cx, &desk, typing);
            }
        });
    });
}

/// How much of all cards is taken.
pub fn whole_amount(cx: &mut Context, desk: &Desk, percent: f64) {
    let decided = desk.clone();
    HStack::new(cx, |cx| {
        Label::new(cx, "All of it").hoverable(false);
        amount(cx, desk.console(), "amount whole".to_owned(), percent, move |percent| {
            decided.decide("amount of the whole", |review, suggestion, now| review.set_whole(percent, suggestion, now));
        });
    })
    .alignment(Alignment::Left)
    .gap(Pixels(8.0))
    .height(Pixels(18.0));
}

fn style_menu(cx: &mut Context, desk: &Desk) {
    let memory = desk.console().instance().memory.clone();
    let word =
        memory.taste().style.map_or("Like this song".to_owned(), |style| words::capital(&words::style_name(&style)));
    let shares = shares(desk);
    let sentence = match words::styles(&shares).as_str() {
        "" => "What the song is held against, and what the assistant may use. Like this song: the masters that it is most like."
            .to_owned(),
        styles => {
            format!("What the song is held against, and what the assistant may use. This one is most like: {styles}.")
        }
    };
    let desk = desk.clone();
    menu_button(cx, word, &sentence, move || {
        let chosen = memory.taste().style;
        let auto = desk.clone();
        let mut items = vec![
            Item::head("Held against"),
            Item::choice("Like this song", move |_| auto.set_taste("style", |taste| taste.style = None))
                .chosen(chosen.is_none()),
        ];
        items.extend(Target::shipped().iter().map(|target| {
            let (desk, name) = (desk.clone(), target.name.clone());
            let share = shares.iter().find(|style| style.name == target.name);
            let note = share.map_or(String::new(), |style| words::percent(100.0 * style.share));
            let is_chosen = chosen.as_ref() == Some(&name);
            Item::choice(words::capital(&words::style_name(&target.name)), move |_| {
                desk.set_taste("style", |taste| taste.style = Some(name.clone()));
            })
            .with_note(note)
            .chosen(is_chosen)
        }));
        items.extend([Item::Line, Item::head("May use")]);
        items.extend(MAY_USE.map(|(id, module)| {
            let switch = desk.console().control(id);
            let is_on = switch.is_on();
            Item::choice(module, move |_| switch.toggle()).chosen(is_on)
        }));
        items
    })
    .id("style");
}

fn shares(desk: &Desk) -> Vec<StyleShare> {
    let answer = desk.answer();
    let suggestion = answer.as_ref().and_then(|answer| answer.suggestion.as_ref());
    suggestion.map(|suggestion| suggestion.styles.clone()).unwrap_or_default()
}

fn reference_menu(cx: &mut Context, desk: &Desk, typing: Signal<bool>) {
    let memory = desk.console().instance().memory.clone();
    let word = match memory.taste().references.as_slice() {
        [] => "+ reference".to_owned(),
        [one] => {
            let name = short_name(one);
            if name.chars().count() > 18 { "1 reference".to_owned() } else { name }
        }
        several => format!("{} references", several.len()),
    };
    let sentence = "Masters to learn from, instead of a style. Drop audio files on this column, or pick them here.";
    let desk = desk.clone();
    menu_button(cx, word, sentence, move || {
        let references = memory.taste().references;
        let folder = references.last().and_then(|path| path.parent().map(ToOwned::to_owned)).or_else(picker::start);
        let mut items = Vec::new();
        if let Some(folder) = folder {
            let desk = desk.clone();
            items.push(Item::choice("Pick a file", move |cx| {
                let desk = desk.clone();
                pick(cx, &folder, Rc::new(move |path| add(&desk, path)));
            }));
        }
        items.push(Item::choice("Type a path", move |_| typing.set(true)));
        if !references.is_empty() {
            items.push(Item::Line);
            items.push(Item::head("Take away"));
        }
        items.extend(references.iter().map(|path| {
            let (desk, path) = (desk.clone(), path.clone());
            Item::choice(short_name(&path), move |_| {
                desk.set_taste("take a reference away", |taste| taste.references.retain(|known| *known != path));
            })
        }));
        items
    })
    .id("references");
}

/// What has become of the references: a line, or a card with a way out.
fn notes(cx: &mut Context, desk: &Desk) {
    match desk.references() {
        References::None => {}
        References::Reading => {
            Label::new(cx, "Measuring the reference …").class("small");
        }
        References::Learned { songs } => {
            let words = if songs == 1 { "1 reference".to_owned() } else { format!("{songs} references") };
            Label::new(cx, format!("Held against {words} beside all music.")).class("small");
        }
        References::Failed(sentence) => {
            let away = desk.clone();
            frame(cx, Some("care-edge"), |cx| {
                head(cx, "Reference", "not read", "care");
                let references = desk.console().instance().memory.taste().references;
                prose(cx, by_names(&sentence, &references));
                HStack::new(cx, |cx| {
                    button(cx, "Go on without".to_owned(), "Takes the references away.", move |_| {
                        away.set_taste("take references away", |taste| taste.references.clear());
                    })
                    .id("no references");
                })
                .height(Pixels(24.0));
            });
        }
    }
}

/// The field for the path of a reference.
fn path_entry(cx: &mut Context, desk: &Desk, typing: Signal<bool>) {
    let desk = desk.clone();
    VStack::new(cx, move |cx| {
        entry(cx, String::new(), move |text| {
            if let Some(path) = text.and_then(as_path) {
                add(&desk, path);
            }
            typing.set(false);
        })
        .height(Pixels(24.0));
        Label::new(cx, "Path of a master, then return.").class("small").hoverable(false);
    })
    .gap(Pixels(3.0))
    .width(Stretch(1.0))
    .height(Auto)
    .id("path entry");
}

/// Adds a reference; one that is there already is not doubled.
pub fn add(desk: &Desk, path: PathBuf) {
    desk.set_taste("reference", |taste| {
        if !taste.references.contains(&path) {
            taste.references.push(path);
        }
    });
}

/// The path that a text means: a name of an audio file, perhaps in quotes or as a URL of a file.
pub fn as_path(text: &str) -> Option<PathBuf> {
    let text = text.lines().next()?.trim().trim_matches(['"', '\'']);
    let text = text.strip_prefix("file://").unwrap_or(text).replace("%20", " ");
    let path = PathBuf::from(text);
    is_audio(&path).then_some(path)
}

/// A sentence about references with their files' names in place of whole paths, and with a full stop.
fn by_names(sentence: &str, references: &[PathBuf]) -> String {
    let short = references
        .iter()
        .fold(sentence.to_owned(), |sentence, path| sentence.replace(&path.display().to_string(), &short_name(path)));
    words::capital(short.trim_end_matches('.')) + "."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_known_however_they_were_copied() {
        for text in ["/music/a b.wav", "\"/music/a b.wav\"\n", "file:///music/a%20b.wav", " '/music/a b.wav' "] {
            assert_eq!(as_path(text), Some(PathBuf::from("/music/a b.wav")), "{text}");
        }
        assert_eq!(as_path("lovely song"), None);
        assert_eq!(as_path(""), None);
    }

    #[test]
    fn a_failed_reference_is_called_by_its_name_in_a_whole_sentence() {
        let path = PathBuf::from("/music/masters/Cover.wav");
        let sentence = by_names("cannot read /music/masters/Cover.wav: no audio", &[path]);
        assert_eq!(sentence, "Cannot read Cover.wav: no audio.");
    }
}
