//! The licences of all that is linked into the plugin and the command, gathered from the sources that are built.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::said;
use crate::{cargo, workspace};

/// How names of files begin in which crates keep their licences.
const NAMES: [&str; 6] = ["licence", "license", "copying", "copyright", "notice", "unlicense"];
/// The text of the MIT licence from here on is the same for whoever grants it.
const MIT_BEGINS: &str = "Permission is hereby granted";
/// The licence of the fonts that the window is drawn with.
const FONTS: &str = "assets/fonts/OFL.txt";

/// A dependency: what it says of its licence, and the texts that it ships.
struct Dependency {
    name: String,
    version: String,
    expression: String,
    repository: String,
    texts: Vec<String>,
    /// Who grants it, as the manifest has it.
    authors: Vec<String>,
}

/// The texts of our own licences, which are those of many.
struct Standard {
    mit: String,
    apache: String,
}

impl Standard {
    fn read() -> Result<Self> {
        let read = |name: &str| {
            let text = fs::read_to_string(workspace().join(name)).with_context(|| format!("{name} cannot be read"))?;
            Ok::<_, anyhow::Error>(text.replace("\r\n", "\n"))
        };
        Ok(Self { mit: read("LICENSE-MIT")?, apache: read("LICENSE-APACHE")? })
    }

    /// The text for a crate whose source ships none; nothing where its licence is neither.
    fn of(&self, dependency: &Dependency) -> Option<String> {
        let grants = |licence: &str| dependency.expression.split([' ', '(', ')']).any(|word| word == licence);
        if grants("Apache-2.0") {
            return Some(self.apache.trim_matches('\n').to_owned());
        }
        let begins = self.mit.find(MIT_BEGINS).filter(|_| grants("MIT"))?;
        let names: Vec<&str> =
            dependency.authors.iter().map(|author| author.split(" <").next().unwrap_or(author)).collect();
        let owners = if names.is_empty() { format!("the authors of {}", dependency.name) } else { names.join(", ") };
        Some(format!("MIT License\n\nCopyright (c) {owners}\n\n{}", self.mit[begins..].trim_matches('\n')))
    }
}

/// The file of licences for a build for `target`.
pub fn text(target: &str) -> Result<String> {
    let linked = linked(&said(cargo().args(["tree", "--locked", "--package", "lacquer", "--target", target]).args([
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?);
    let metadata = said(cargo().args(["metadata", "--locked", "--format-version", "1", "--filter-platform", target]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("what `cargo metadata` says is no JSON")?;
    let dependencies = dependencies(&metadata, &linked)?;
    let fonts = fs::read_to_string(workspace().join(FONTS)).with_context(|| format!("{FONTS} cannot be read"))?;
    Ok(written(&dependencies, &Standard::read()?, &fonts))
}

/// Names and versions in the lines `name v1.2.3 (...)` of a tree.
fn linked(tree: &str) -> BTreeSet<(String, String)> {
    let crates = tree.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
    });
    crates.collect()
}

/// Those of the crates in `metadata` that are `linked` and not of this workspace, in the order of their names.
fn dependencies(metadata: &Value, linked: &BTreeSet<(String, String)>) -> Result<Vec<Dependency>> {
    let packages = metadata["packages"].as_array().context("`cargo metadata` lists no packages")?;
    let mut dependencies = Vec::new();
    let mut seen = 0;
    for package in packages {
        let field = |name: &str| package[name].as_str().unwrap_or_default().to_owned();
        let (name, version) = (field("name"), field("version"));
        if !linked.contains(&(name.clone(), version.clone())) {
            continue;
        }
        seen += 1;
        if package["source"].is_null() {
            continue;
        }
        let manifest = field("manifest_path");
        let folder = Path::new(&manifest).parent().unwrap_or(Path::new(""));
        let texts = texts(folder, package["license_file"].as_str())
            .with_context(|| format!("the licence of {name} {version} cannot be read"))?;
        let expression = field("license").replace('/', " OR ");
        ensure!(!(expression.is_empty() && texts.is_empty()), "{name} {version} names no licence and ships none");
        let authors = package["authors"].as_array().into_iter().flatten();
        let authors = authors.filter_map(Value::as_str).map(str::to_owned).collect();
        dependencies.push(Dependency { name, version, expression, repository: field("repository"), texts, authors });
    }
    ensure!(seen == linked.len(), "{} crates are linked, but `cargo metadata` knows {seen} of them", linked.len());
    dependencies.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok(dependencies)
}

/// The texts of licences in a crate's folder, in the order of their files' names.
fn texts(folder: &Path, named: Option<&str>) -> Result<Vec<String>> {
    let mut paths: BTreeSet<_> = named.map(|file| folder.join(file)).into_iter().collect();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if !NAMES.iter().any(|start| name.starts_with(start)) {
            continue;
        }
        if path.is_dir() {
            for entry in fs::read_dir(path)? {
                paths.insert(entry?.path());
            }
        } else {
            paths.insert(path);
        }
    }
    let mut texts = Vec::new();
    for path in paths.iter().filter(|path| path.is_file()) {
        let text = String::from_utf8_lossy(&fs::read(path)?).replace("\r\n", "\n");
        if !text.trim().is_empty() {
            texts.push(text.trim_matches('\n').to_owned());
        }
    }
    Ok(texts)
}

/// A table of all, then each text once, under the names of those who ship it.
fn written(dependencies: &[Dependency], standard: &Standard, fonts: &str) -> String {
    let mut out = String::from(
        "Lacquer is under the MIT licence or the Apache licence 2.0, as you like: LICENSE-MIT, LICENSE-APACHE.\n\
         Linked into it are Rust's standard library (MIT OR Apache-2.0, https://github.com/rust-lang/rust) and the crates\n\
         listed here, each with its licence as an SPDX expression; the texts that their sources ship follow, or the text of\n\
         that licence with the authors' names. The window's fonts are under the SIL Open Font License, at the end.\n\n",
    );
    let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for dependency in dependencies {
        let Dependency { name, version, expression, repository, texts, .. } = dependency;
        let expression = if expression.is_empty() { "as in its text" } else { expression };
        let own = standard.of(dependency).filter(|_| texts.is_empty());
        let alone = if texts.is_empty() { "  (its source ships no text)" } else { "" };
        // Nothing is lost when text is written to a string.
        let _ = writeln!(out, "{name} {version}  {expression}  {repository}{alone}");
        for text in texts.iter().cloned().chain(own) {
            users.entry(text).or_default().push(format!("{name} {version}"));
        }
    }
    let mut texts: Vec<_> = users.into_iter().collect();
    texts.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    let fonts = (fonts.trim_matches('\n').to_owned(), vec!["The window's fonts".to_owned()]);
    for (text, users) in texts.into_iter().chain([fonts]) {
        let _ = write!(out, "\n{}\n{}\n\n{text}\n", "=".repeat(80), users.join(", "));
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A crate from a registry, in a folder of its own with `files`.
    fn package(home: &Path, name: &str, licence: Option<&str>, files: &[(&str, &str)]) -> Value {
        let folder = home.join(name);
        for (file, text) in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, text).expect("written");
        }
        fs::create_dir_all(&folder).expect("made");
        json!({ "name": name, "version": "1.0.0", "license": licence, "source": "registry", "repository": null, "authors": ["Ann <ann@example.org>", "Bob"],
                "manifest_path": folder.join("Cargo.toml"), "license_file": null })
    }

    #[test]
    fn each_text_stands_once_and_a_crate_without_one_has_its_expression() {
        let temp = tempfile::tempdir().expect("a folder");
        let home = temp.path();
        let metadata = json!({ "packages": [
            package(home, "zebra", Some("MIT"), &[("LICENSE", "be kind\r\n"), ("src/licence.rs", "code")]),
            package(home, "ant", Some("MIT/Apache-2.0"), &[("LICENSES/MIT.txt", "be kind\n"), ("COPYING", "copy\n")]),
            package(home, "bare", Some("ISC"), &[("README.md", "read")]),
            package(home, "mute", Some("MIT"), &[("README.md", "read")]),
            package(home, "unlinked", Some("GPL-3.0"), &[("LICENSE", "not here")]),
        ]});
        let linked = linked("zebra v1.0.0\nant v1.0.0 (*)\nbare v1.0.0\nant v1.0.0\nmute v1.0.0\n");
        let standard =
            Standard { mit: format!("MIT License\n\nCopyright us\n\n{MIT_BEGINS} to all\n"), apache: "apache".into() };
        let text = written(&dependencies(&metadata, &linked).expect("gathered"), &standard, "font text");
        for line in
            ["ant 1.0.0  MIT OR Apache-2.0  ", "bare 1.0.0  ISC    (its source ships no text)", "zebra 1.0.0  MIT  "]
        {
            assert!(text.lines().any(|l| l == line), "{line:?} in\n{text}");
        }
        let granted = format!("mute 1.0.0\n\nMIT License\n\nCopyright (c) Ann, Bob\n\n{MIT_BEGINS} to all\n");
        assert!(text.contains(&granted) && !text.contains("apache"), "{text}");
        assert_eq!(text.matches("be kind").count(), 1);
        assert!(text.contains("ant 1.0.0, zebra 1.0.0\n\nbe kind\n"), "{text}");
        assert!(text.contains("copy") && text.contains("font text"), "{text}");
        assert!(!text.contains("unlinked") && !text.contains("code"), "{text}");
    }

    #[test]
    fn a_crate_without_any_licence_is_an_error() {
        let temp = tempfile::tempdir().expect("a folder");
        let metadata = json!({ "packages": [package(temp.path(), "mute", None, &[])] });
        let error = dependencies(&metadata, &linked("mute v1.0.0")).err().expect("no licence").to_string();
        assert!(error.contains("mute 1.0.0 names no licence"), "{error}");
    }
}
