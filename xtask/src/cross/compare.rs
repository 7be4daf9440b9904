//! Holds what two builds of the command made of the same song against each other.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// How far two figures of an answer may lie apart, of the larger one or of 1: the systems' sines and logarithms differ in their last
/// bits, which grow on the way through filters and sums. No decision may hang on that.
const TOLERANCE: f64 = 1e-6;

/// The largest difference between two float WAV files, dB of full scale, −∞ for none; an error when they are not of one form.
pub fn samples_apart_db(one: &Path, other: &Path) -> Result<f64> {
    let [(one_form, one), (other_form, other)] = [read(one)?, read(other)?];
    ensure!(one_form == other_form, "the files have other forms: {one_form:?} and {other_form:?}");
    ensure!(one.len() == other.len(), "one file has {} samples, the other {}", one.len(), other.len());
    ensure!(!one.is_empty(), "the files hold no samples");
    // `max` would pass over what is no number.
    ensure!(one.iter().chain(&other).all(|sample| sample.is_finite()), "there are samples that are no numbers");
    let most =
        one.iter().zip(&other).map(|(one, other)| (f64::from(*one) - f64::from(*other)).abs()).fold(0.0, f64::max);
    Ok(20.0 * most.log10())
}

fn read(path: &Path) -> Result<(hound::WavSpec, Vec<f32>)> {
    let wrong = || format!("{} is no WAV file of floats", path.display());
    let mut reader = hound::WavReader::open(path).with_context(wrong)?;
    let samples = reader.samples::<f32>().collect::<Result<_, _>>().with_context(wrong)?;
    Ok((reader.spec(), samples))
}

/// The largest difference between the figures of two answers, of the larger one or of 1; an error names the place where they say
/// something else.
pub fn answers_apart(one: &Value, other: &Value) -> Result<f64> {
    apart(one, other, "")
}

fn apart(one: &Value, other: &Value, place: &str) -> Result<f64> {
    let mut most: f64 = 0.0;
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            ensure!(one.keys().eq(other.keys()), "`{place}` has other parts");
            for (key, value) in one.iter().filter(|(key, _)| !matches!(key.as_str(), "file" | "output")) {
                most = most.max(apart(value, &other[key], &format!("{place}/{key}"))?);
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            ensure!(one.len() == other.len(), "`{place}` has {} entries and {}", one.len(), other.len());
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                most = most.max(apart(one, other, &format!("{place}/{index}"))?);
            }
        }
        (Value::Number(one), Value::Number(other)) => {
            let [one, other] = [one, other].map(|number| number.as_f64().unwrap_or(f64::NAN));
            most = (one - other).abs() / one.abs().max(other.abs()).max(1.0);
            ensure!(most <= TOLERANCE, "`{place}` is {one} and {other}");
        }
        _ => ensure!(one == other, "`{place}` is {one} and {other}"),
    }
    Ok(most)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn other_words_parts_and_figures_are_found_and_named_and_last_bits_are_not() {
        let answer = json!({"file": "a", "items": [{"acts": true, "gain_db": 1.5}], "hz": 20_000.0});
        let near = json!({"file": "b", "items": [{"acts": true, "gain_db": 1.500_000_1}], "hz": 20_000.001});
        let most = answers_apart(&answer, &near).expect("the same decisions");
        assert!(most > 1e-8 && most < 1e-7, "{most}");
        for (other, place) in [
            (json!({"file": "a", "items": [{"acts": false, "gain_db": 1.5}], "hz": 20_000.0}), "/items/0/acts"),
            (json!({"file": "a", "items": [{"acts": true, "gain_db": 1.6}], "hz": 20_000.0}), "/items/0/gain_db"),
            (json!({"file": "a", "items": [], "hz": 20_000.0}), "/items"),
            (json!({"file": "a", "items": [{"acts": true}], "hz": 20_000.0}), "/items/0"),
        ] {
            let error = answers_apart(&answer, &other).expect_err("another decision").to_string();
            assert!(error.contains(place), "{error}");
        }
    }

    #[test]
    fn samples_are_held_against_each_other_in_decibels_of_full_scale() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, samples: &[f32]| {
            let spec = hound::WavSpec {
                channels: 2,
                sample_rate: 48_000,
                bits_per_sample: 32,
                sample_format: hound::SampleFormat::Float,
            };
            let path = folder.path().join(name);
            let mut writer = hound::WavWriter::create(&path, spec).expect("made");
            samples.iter().for_each(|sample| writer.write_sample(*sample).expect("written"));
            writer.finalize().expect("written");
            path
        };
        let song = write("song.wav", &[0.5, -0.5, 0.25, 0.0]);
        assert_eq!(samples_apart_db(&song, &song).expect("read"), f64::NEG_INFINITY);
        let other = write("other.wav", &[0.5, -0.5, 0.25, 1e-3]);
        let apart_db = samples_apart_db(&song, &other).expect("read");
        assert!((apart_db + 60.0).abs() < 1e-3, "{apart_db}");
        for wrong in [&[0.5, -0.5][..], &[0.5, -0.5, 0.25, f32::NAN]] {
            assert!(samples_apart_db(&song, &write("wrong.wav", wrong)).is_err(), "{wrong:?}");
        }
    }
}
