//! Tests of what is written about chores: whatever a workflow or the readme calls must be there.

use std::fs;

use crate::{HELP, test, workspace};

/// The words after each `cargo xtask` in a text, up to the end of the command.
fn calls(text: &str) -> Vec<Vec<&str>> {
    let lines = text.lines().flat_map(|line| line.split("cargo xtask ").skip(1));
    let calls = lines.map(|call| {
        let call = call.split(['#', '`', '&', ';', '|', '"']).next().unwrap_or_default();
        call.split_whitespace().collect()
    });
    calls.collect()
}

fn is_chore(name: &str) -> bool {
    HELP.lines()
        .any(|line| line.trim().strip_prefix("cargo xtask ").is_some_and(|rest| rest.split(' ').next() == Some(name)))
}

#[test]
fn every_chore_and_step_that_a_workflow_calls_is_there() {
    let folder = workspace().join(".github/workflows");
    let mut chores = Vec::new();
    for entry in fs::read_dir(&folder).expect("workflows") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a workflow");
        for call in calls(&text) {
            let chore = *call.first().expect("a chore");
            assert!(is_chore(chore), "there is no chore `{chore}`");
            chores.push(chore.to_owned());
            if chore == "test" {
                let unknown: Vec<_> = call[1..].iter().filter(|step| !test::is_step(step)).collect();
                assert!(unknown.is_empty(), "there are no steps {unknown:?}");
            }
        }
    }
    assert!(chores.contains(&"test".to_owned()) && chores.contains(&"dist".to_owned()), "{chores:?}");
}

#[test]
fn every_chore_that_the_readme_names_is_there() {
    let readme = fs::read_to_string(workspace().join("README.md")).expect("the readme");
    let calls = calls(&readme);
    assert!(calls.len() > 5, "{calls:?}");
    for call in calls {
        let chore = *call.first().expect("a chore");
        assert!(is_chore(chore), "there is no chore `{chore}`");
    }
}
