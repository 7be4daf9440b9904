//! What macOS reads of a bundle beside its code.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, ensure};

/// The plugin's own name among all bundles of a Mac; each format's has that of the format after it.
const IDENTIFIER: &str = "org.lacquer.lacquer";

/// Gives a bundle for macOS its identifier and version: the bundler writes its own, the same 1.0.0 for all releases. Bundles for other
/// systems have no such file and are left as they are.
pub fn identify(bundle: &Path, version: &str) -> Result<()> {
    let path = bundle.join("Contents/Info.plist");
    if !path.exists() {
        return Ok(());
    }
    let format = bundle.extension().and_then(|format| format.to_str()).context("a bundle is named after its format")?;
    let text = fs::read_to_string(&path)?;
    let text = with_value(&text, "CFBundleIdentifier", &format!("{IDENTIFIER}.{format}"))?;
    let text = with_value(&text, "CFBundleShortVersionString", version)?;
    fs::write(&path, with_value(&text, "CFBundleVersion", version)?)?;
    if cfg!(target_os = "macos") {
        // The bundler signed what it wrote.
        let signed = Command::new("codesign").args(["-f", "-s", "-"]).arg(bundle).status()?;
        ensure!(signed.success(), "codesign would not sign {}", bundle.display());
    }
    Ok(())
}

/// The list with another text for a key.
fn with_value(list: &str, key: &str, value: &str) -> Result<String> {
    let (open, close) = ("<string>", "</string>");
    let at = list.find(&format!("<key>{key}</key>")).with_context(|| format!("Info.plist has no {key}"))?;
    let start = at + list[at..].find(open).with_context(|| format!("{key} has no text"))? + open.len();
    let end = start + list[start..].find(close).with_context(|| format!("{key} has no end"))?;
    Ok(format!("{}{value}{}", &list[..start], &list[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "<dict>\n  <key>CFBundleIdentifier</key>\n  <string>com.other</string>\n  <key>CFBundleName</key>\n  \
                        <string>Lacquer</string>\n  <key>CFBundleShortVersionString</key>\n  <string>1.0.0</string>\n  \
                        <key>CFBundleVersion</key>\n  <string></string>\n</dict>\n";

    #[test]
    fn a_bundle_for_macos_says_whose_and_which_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = folder.path().join("Lacquer.clap");
        fs::create_dir_all(bundle.join("Contents")).expect("made");
        let list = bundle.join("Contents/Info.plist");
        fs::write(&list, LIST).expect("written");
        if cfg!(not(target_os = "macos")) {
            identify(&bundle, "2.3.4").expect("it is a bundle");
            let told = fs::read_to_string(&list).expect("there");
            let expected = LIST
                .replace("com.other", "org.lacquer.lacquer.clap")
                .replace("1.0.0", "2.3.4")
                .replace("<string></string>", "<string>2.3.4</string>");
            assert_eq!(told, expected);
        }
    }

    #[test]
    fn bundles_of_other_systems_are_left_alone_and_lists_that_are_none_are_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("Lacquer.clap");
        fs::write(&file, "code").expect("written");
        identify(&file, "2.3.4").expect("nothing to do");
        assert_eq!(fs::read_to_string(&file).expect("there"), "code");
        assert!(with_value(LIST, "CFBundleIconFile", "x").is_err());
        assert!(with_value("<key>CFBundleVersion</key>", "CFBundleVersion", "x").is_err());
    }
}
