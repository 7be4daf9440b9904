//! Hands on the cards: what reaches the host's parameters, and what is heard meanwhile.

use std::sync::OnceLock;

use vizia::prelude::{Code, Key, MouseButton};

use crate::{
    assistant::{Item, Module, Suggestion},
    editor::{
        Act,
        desk::review::Verdict,
        headless::{Headless, Look, Project, nothing_to_do},
    },
    render::demo_mix::synthesise,
    settings::fields::field,
};

/// A project in which the assistant has answered: listened once for all tests.
fn project() -> &'static Project {
    static PROJECT: OnceLock<Project> = OnceLock::new();
    PROJECT.get_or_init(|| {
        let mut window = Headless::new(Look::default());
        let mut demo = synthesise(48_000);
        demo.left.truncate(36 * 48_000);
        demo.right.truncate(36 * 48_000);
        window.listen(&demo.left, &demo.right);
        assert!(window.desk().answer().is_some(), "the assistant has answered");
        window.project()
    })
}

/// A window over that project, and the answer.
fn window() -> (Headless, Suggestion) {
    let mut window = Headless::new(Look::default());
    window.load(project());
    let answer = window.desk().answer().expect("the project's answer");
    let suggestion = answer.suggestion.clone().expect("a suggestion");
    (window, suggestion)
}

/// The first item of a module that does something.
fn acting(suggestion: &Suggestion, wanted: impl Fn(&Item) -> bool) -> usize {
    suggestion.items.iter().position(|item| item.acts && wanted(item)).expect("the demo mix needs it")
}

/// Brings a view of the column into sight and clicks it.
fn click(window: &mut Headless, id: &str) {
    let at = reach(window, id);
    window.click(at);
    window.settle();
}

/// Scrolls the column until a view is in sight, and gives its middle.
fn reach(window: &mut Headless, id: &str) -> (f32, f32) {
    let (left, top, width, height) = window.place("cards").expect("the column");
    for _ in 0..40 {
        let at = window.middle(id);
        if (top + 12.0..top + height - 12.0).contains(&at.1) {
            return at;
        }
        window.wheel((left + width / 2.0, top + height / 2.0), if at.1 > top { -1.0 } else { 1.0 });
        window.settle();
    }
    panic!("`{id}` does not come into sight");
}

/// Values of an item's fields as the parameters have them now.
fn values(window: &Headless, item: &Item) -> Vec<f32> {
    item.changes.iter().map(|change| window.console().value(&change.id)).collect()
}

fn wanted(item: &Item) -> Vec<f32> {
    item.changes.iter().map(|change| field(&change.id).expect("a field").snap(change.value)).collect()
}

/// Equal but for the host's steps.
fn assert_near(found: &[f32], wanted: &[f32], what: &str) {
    for (found, wanted) in found.iter().zip(wanted) {
        assert!((found - wanted).abs() <= 0.002 * wanted.abs().max(1.0), "{what}: {found} for {wanted}");
    }
}

#[test]
fn accept_sets_what_the_card_says_and_nothing_else() {
    let (mut window, suggestion) = window();
    let index = acting(&suggestion, |item| item.module == Module::Eq);
    let item = &suggestion.items[index];
    window.take_told();
    click(&mut window, &format!("accept {index}"));
    assert_near(&values(&window, item), &wanted(item), "accepted");
    let told = window.take_told();
    assert!(told.iter().all(|(id, _)| item.changes.iter().any(|change| change.id == *id)), "{told:?}");
    for change in &item.changes {
        let acts: Vec<_> = told.iter().filter(|(id, _)| *id == change.id).map(|(_, act)| *act).collect();
        assert!(acts.is_empty() || matches!(acts[..], [Act::Begin, Act::Set(_), Act::End]), "{}: {acts:?}", change.id);
    }
    let verdict = window.desk().with(|model| model.kept.review.as_ref().map(|review| review.cards[index].verdict));
    assert_eq!(verdict, Some(Verdict::Accepted));
}

#[test]
fn half_the_amount_is_half_the_gain() {
    let (mut window, suggestion) = window();
    let index = acting(&suggestion, |item| item.module == Module::Eq);
    let item = &suggestion.items[index];
    let gain = item.changes.iter().find(|change| change.id.ends_with("_gain")).expect("a gain");
    let (_, y) = reach(&mut window, &format!("amount {index}"));
    let (left, _, width, _) = window.place(&format!("amount {index}")).expect("the bar");
    window.click((left + width / 2.0, y));
    window.settle();
    assert!(window.take_told().is_empty(), "an amount alone sets nothing");
    click(&mut window, &format!("accept {index}"));
    let set = window.console().value(&gain.id);
    assert!((set - gain.value / 2.0).abs() < 0.11, "{set} dB is half of {} dB", gain.value);
}

#[test]
fn what_is_rejected_sets_nothing_and_can_be_brought_back() {
    let (mut window, suggestion) = window();
    let index = acting(&suggestion, |_| true);
    click(&mut window, &format!("reject {index}"));
    assert!(window.take_told().is_empty());
    assert!(window.place(&format!("accept {index}")).is_none(), "the card is put aside");
    click(&mut window, &format!("return {index}"));
    assert!(window.place(&format!("accept {index}")).is_some());
}

#[test]
fn one_card_is_taken_back_and_the_others_stay() {
    let (mut window, suggestion) = window();
    let first = acting(&suggestion, |_| true);
    let other = acting(&suggestion, |item| item.module != suggestion.items[first].module);
    let before = values(&window, &suggestion.items[first]);
    let all = window.middle("accept all");
    window.click(all);
    window.settle();
    assert_near(&values(&window, &suggestion.items[other]), &wanted(&suggestion.items[other]), "accepted");
    window.take_told();
    click(&mut window, &format!("undo {first}"));
    assert_near(&values(&window, &suggestion.items[first]), &before, "taken back");
    assert_near(&values(&window, &suggestion.items[other]), &wanted(&suggestion.items[other]), "kept");
    // And the whole of it with the window's own undo.
    let at = window.middle("undo");
    window.click(at);
    window.settle();
    assert_near(&values(&window, &suggestion.items[first]), &wanted(&suggestion.items[first]), "undone");
}

#[test]
fn a_card_is_heard_while_its_button_is_held_and_nothing_is_set() {
    let (mut window, suggestion) = window();
    let index = acting(&suggestion, |item| item.module == Module::Limiter);
    for (id, is_matched) in [(format!("hear {index}"), true), (format!("hear loudness {index}"), false)] {
        let at = reach(&mut window, &id);
        window.move_to(at);
        window.press(MouseButton::Left);
        let audition = window.desk().listening().audition();
        assert!(!audition.changes.is_empty(), "{id}");
        let turned_db = audition.match_db.unwrap_or(0.0);
        assert_eq!(turned_db < -0.5, is_matched, "{id}: {turned_db} dB");
        window.release(MouseButton::Left);
        assert!(window.desk().listening().audition().is_silent(), "{id} ends");
    }
    assert!(window.take_told().is_empty());
}

#[test]
fn a_reason_unfolds_with_a_click() {
    let (mut window, suggestion) = window();
    let longest = (0..suggestion.items.len())
        .filter(|index| suggestion.items[*index].acts)
        .max_by_key(|index| suggestion.items[*index].reason.len())
        .expect("an item");
    let id = format!("reason {longest}");
    reach(&mut window, &id);
    let folded = window.place(&id).expect("the reason").3;
    click(&mut window, &id);
    let unfolded = window.place(&id).expect("the reason").3;
    assert!(unfolded > folded + 10.0, "{folded} and {unfolded} pixels");
    click(&mut window, &id);
    assert_eq!(window.place(&id).expect("the reason").3, folded);
}

#[test]
fn a_file_dropped_anywhere_in_the_window_is_a_reference() {
    let (mut window, _) = window();
    let path = std::path::PathBuf::from("/music/a master.wav");
    let at = window.middle("eq graph");
    window.drop_file(&path, at);
    assert_eq!(window.console().instance().memory.taste().references, [path]);
}

#[test]
fn the_last_of_many_folders_is_reached_by_mouse() {
    let folder = tempfile::tempdir().expect("a folder");
    for number in 1..=60 {
        std::fs::create_dir(folder.path().join(format!("Album {number:02}"))).expect("made");
    }
    let song = folder.path().join("Album 60").join("A master.wav");
    std::fs::write(&song, "").expect("written");
    let mut window = Headless::new(Look::default());
    // Where the last reference was, the next is looked for.
    window.desk().set_taste("reference", |taste| taste.references = vec![folder.path().join("Other.wav")]);
    window.settle();
    let at = window.middle("references");
    window.click(at);
    for line in ["Pick a file", "Album 60/", "A master.wav"] {
        window.settle();
        window.choose(line);
    }
    window.settle();
    assert_eq!(window.console().instance().memory.taste().references.last(), Some(&song));
}

#[test]
fn an_amount_is_typed() {
    let (mut window, suggestion) = window();
    let index = acting(&suggestion, |_| true);
    let at = reach(&mut window, &format!("amount {index}"));
    window.right_click(at);
    window.settle();
    window.type_text("35 %");
    window.key(Code::Enter, Key::Enter);
    window.settle();
    let percent = window.desk().with(|model| model.kept.review.as_ref().map(|review| review.cards[index].percent));
    assert_eq!(percent, Some(35.0));
}

/// A window that has heard this, and its answer.
fn after(left: &[f32], right: &[f32]) -> (Headless, Suggestion) {
    let mut window = Headless::new(Look::default());
    window.listen(left, right);
    let answer = window.desk().answer().expect("an answer");
    let suggestion = answer.suggestion.clone().expect("a suggestion");
    (window, suggestion)
}

#[test]
fn faults_of_the_mix_come_first() {
    let mut demo = synthesise(48_000);
    demo.left.truncate(36 * 48_000);
    demo.right.truncate(36 * 48_000);
    // The left channel runs into its end.
    for sample in &mut demo.left {
        *sample = (*sample * 8.0).clamp(-1.0, 1.0);
    }
    let (mut window, suggestion) = after(&demo.left, &demo.right);
    assert!(!suggestion.fix_in_the_mix.is_empty());
    let top = |window: &mut Headless, id: &str| window.place(id).map(|(_, y, ..)| y);
    let fault = top(&mut window, "mix fix 0").expect("a card that says so");
    let cards = top(&mut window, "cards").expect("the column");
    assert!((fault - cards).abs() < 3.0, "it is the first: {fault} and {cards}");
    let first = suggestion.items.iter().position(|item| item.acts).map(|index| format!("accept {index}"));
    if let Some(other) = first.and_then(|id| top(&mut window, &id)) {
        assert!(other > fault);
    }
}

#[test]
fn a_little_music_is_too_little_to_judge_by() {
    let demo = synthesise(48_000);
    let seconds = 5 * 48_000;
    let (mut window, _) = after(&demo.left[..seconds], &demo.right[..seconds]);
    assert!(window.place("refused").is_some(), "a card says so, and how much is needed");
    assert!(window.place("accept all").is_none());
}

#[test]
fn a_good_master_is_good_news_and_nothing_waits_for_a_decision() {
    let mut window = Headless::new(Look::default());
    window.load(&nothing_to_do(project()));
    assert!(window.place("nothing to do").is_some());
    assert!(window.place("accept all").is_none() && window.place("accept 0").is_none());
}
