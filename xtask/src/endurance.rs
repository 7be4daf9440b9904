//! Hours of audio through the chain with everything at random, in the release build.

use anyhow::{Context, Result, bail, ensure};

use crate::{cargo, succeed};

const HOURS: f64 = 24.0;
/// Where the test looks for its length.
const HOURS_VARIABLE: &str = "LACQUER_ENDURANCE_HOURS";

/// `cargo xtask endurance [--hours HOURS]`.
pub fn run(arguments: &[String]) -> Result<()> {
    let hours = hours(arguments)?;
    println!("{hours} hours' worth of audio; a day's takes some twenty minutes on two cores");
    succeed(
        cargo()
            .args(["test", "--quiet", "--release", "--package", "lacquer", "--test", "chain", "endurance"])
            .args(["--", "--nocapture"])
            .env(HOURS_VARIABLE, hours.to_string()),
    )
}

fn hours(arguments: &[String]) -> Result<f64> {
    let hours = match arguments {
        [] => HOURS,
        [option, value] if option == "--hours" => {
            value.parse().with_context(|| format!("--hours takes a number of hours, not `{value}`"))?
        }
        _ => bail!("`{}` is not understood; the only option is --hours HOURS", arguments.join(" ")),
    };
    ensure!(hours > 0.0 && f64::is_finite(hours), "--hours takes a number above 0, not {hours}");
    Ok(hours)
}

#[cfg(test)]
mod tests {
    use super::hours;

    #[test]
    fn hours_are_a_day_or_what_is_asked_for() {
        assert_eq!(hours(&[]).expect("a day"), 24.0);
        assert_eq!(hours(&["--hours".into(), "0.5".into()]).expect("half an hour"), 0.5);
        for wrong in [vec!["--hours".into()], vec!["--hours".into(), "-1".into()], vec!["--hour".into(), "1".into()]] {
            assert!(hours(&wrong).is_err(), "{wrong:?}");
        }
    }
}
