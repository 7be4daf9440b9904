use super::*;
use crate::assistant::testing::target;

#[test]
fn a_target_comes_back_as_it_was() {
    let learned = target(60);
    let text = learned.to_text();
    assert_eq!(Target::from_text(&text).expect("own text loads"), learned);
    assert!(text.len() < 20_000, "{} bytes", text.len());
}

#[test]
fn the_shipped_targets_load_all_music_first() {
    let shipped = Target::shipped();
    assert_eq!(shipped.len(), crate::assistant::profiles::TEXTS.len(), "every shipped text is a target");
    assert_eq!(shipped[0].name, "all");
    assert!(shipped[0].songs >= crate::assistant::learn::ALONE_FROM_SONGS);
    let bytes: usize = crate::assistant::profiles::TEXTS.iter().map(|text| text.len()).sum();
    assert!(bytes < 300_000, "{bytes} bytes of targets");
}

#[test]
fn what_is_no_target_is_refused_in_a_sentence() {
    let refused = |text: &str| Target::from_text(text).expect_err("refused").to_string();
    assert!(refused("{").contains("not JSON"));
    assert!(refused("{}").contains("no target"));
    assert!(refused("{\"format\":\"lacquer-target\",\"version\":9}").contains("version 9"));
    assert!(refused("{\"format\":\"lacquer-target\",\"version\":1}").contains("incomplete"));
    let good = target(60);
    let broken = |change: &dyn Fn(&mut Target)| {
        let mut target = good.clone();
        change(&mut target);
        refused(&target.to_text())
    };
    assert!(broken(&|target| target.shape.covariance_db2[3][3] = -1.0).contains("positive definite"));
    assert!(broken(&|target| target.shape.covariance_db2[3][4] += 1.0).contains("positive definite"));
    assert!(broken(&|target| _ = target.shape.mean_db.pop()).contains("28 bands"));
    assert!(broken(&|target| target.shape.mean_db[0] = f64::NAN).contains("wrong kind"), "JSON has no NaN");
    assert!(broken(&|target| target.ranges.plr_db.low = 99.0).contains("does not rise"));
    assert!(broken(&|target| target.ranges.plr_db.high = 1e300).contains("over a million"));
    assert!(broken(&|target| target.shape.mean_db[0] = -2e6).contains("over a million"));
    assert!(broken(&|target| target.songs = 0).contains("no song"));
    assert!(broken(&|target| target.name.clear()).contains("no name"));
}
