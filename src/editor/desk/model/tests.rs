//! What is decided, undone and kept, without a window.

use super::*;

fn model() -> (tempfile::TempDir, Model) {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::new(Some(folder.path().to_owned()));
    (folder, Model::new(library))
}

fn set(values: Values, now: &mut ChainSettings) {
    for (id, value) in values {
        field(&id).expect("a field").set(now, value);
    }
}

fn edit(id: &str, before: f32, after: f32) -> Vec<(String, f32, f32)> {
    vec![(id.to_owned(), before, after)]
}

#[test]
fn a_drag_is_one_step_and_automation_is_none() {
    let (_folder, mut model) = model();
    let mut now = ChainSettings::default();
    now.output.gain_db = 2.0;
    model.record("output gain", &edit("output_gain", 0.0, 2.0), 0.0);
    // The host automates something else, which nobody records; undo leaves it.
    now.limiter.drive_db = 3.0;
    set(model.undo(), &mut now);
    assert_eq!((now.output.gain_db, now.limiter.drive_db), (0.0, 3.0));
    set(model.redo(), &mut now);
    assert_eq!(now.output.gain_db, 2.0);
    // How one listens is no step.
    model.record("bypass", &edit("bypass", 0.0, 1.0), 5.0);
    model.record("listen", &edit("listen", 0.0, 1.0), 6.0);
    assert_eq!(model.undoes(), Some("output gain"));
}

#[test]
fn notches_of_the_wheel_and_both_axes_of_a_node_are_one_step() {
    let (_folder, mut model) = model();
    for notch in 0..5 {
        model.record("gain", &edit("eq1_gain", notch as f32, notch as f32 + 1.0), 0.1 * f64::from(notch));
    }
    assert_eq!(model.undo(), [("eq1_gain".into(), 0.0)]);
    assert_eq!(model.undoes(), None);
    model.record("frequency", &edit("eq2_freq", 100.0, 200.0), 10.0);
    model.record("EQ 2", &edit("eq2_gain", 0.0, -1.0), 10.001);
    assert_eq!(model.undoes(), Some("EQ 2"));
    assert_eq!(model.undo(), [("eq2_freq".into(), 100.0), ("eq2_gain".into(), 0.0)]);
    // Half a minute later it is another step.
    model.record("gain", &edit("eq1_gain", 0.0, 1.0), 20.0);
    model.record("gain", &edit("eq1_gain", 1.0, 2.0), 50.0);
    assert_eq!(model.undo(), [("eq1_gain".into(), 1.0)]);
}

#[test]
fn slots_presets_and_undo_work_together_and_are_kept_in_the_project() {
    let (_folder, mut model) = model();
    let mut now = ChainSettings::default();
    let warm = Place::Factory("Open top".into());
    set(model.load_preset(&warm, &now), &mut now);
    assert!(now.eq.bands[7].on && !model.differs_from_preset(&now));
    set(model.switch_slot(&now), &mut now);
    set(model.load_preset(&Place::Factory("Neutral".into()), &now), &mut now);
    assert_eq!(now, ChainSettings::default());
    set(model.switch_slot(&now), &mut now);
    assert!(now.eq.bands[7].on, "A again");
    set(model.undo(), &mut now);
    assert_eq!((now, model.kept.slots.sounding.letter()), (ChainSettings::default(), "B"));
    set(model.undo(), &mut now);
    assert!(now.eq.bands[7].on);
    assert_eq!(model.kept.preset, Some(warm), "undo names the preset again");
    let text = model.text();
    let kept = model.kept.clone();
    model.restore(Some(&text), Taste::default());
    assert_eq!((&model.kept, model.undoes()), (&kept, None));
    assert!(!model.differs_from_preset(&now));
    now.output.gain_db = 1.0;
    assert!(model.differs_from_preset(&now));
    for other in [None, Some("{"), Some("{\"version\": 9}")] {
        model.restore(other, Taste::default());
        assert_eq!(model.kept, Kept::default());
    }
}

#[test]
fn a_preset_that_fails_leaves_everything_and_a_sentence() {
    let (folder, mut model) = model();
    std::fs::write(folder.path().join("odd.json"), "{}").expect("written");
    model.library.refresh();
    let now = ChainSettings::default();
    let odd = model.library.own().next().expect("listed");
    assert_eq!(model.load_preset(&odd, &now), []);
    let notice = model.notice.clone().expect("said");
    assert!(notice.sentence.starts_with("The preset “odd” cannot be loaded"), "{notice:?}");
    assert_eq!((model.undoes(), &model.kept.preset), (None, &None));
    // Saving over it asks first.
    model.save_preset("odd", Existing::Keep, &now);
    assert_eq!(model.notice.as_ref().and_then(|notice| notice.replace.clone()), Some("odd".to_owned()));
    model.save_preset("odd", Existing::Replace, &now);
    assert_eq!((&model.notice, &model.kept.preset), (&None, &Some(odd)));
    assert!(model.load_preset(&model.kept.preset.clone().expect("saved"), &now).is_empty(), "it sounds already");
}
