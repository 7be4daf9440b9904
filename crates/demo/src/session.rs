//! What a DAW does with Lacquer on its master bus: plays while it listens, reads the suggestion out of the saved state, sends it
//! as parameter events, plays again. Output is moved back by the latency that the plugin reports.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use lacquer::{
    assistant::Suggestion,
    settings::fields::{Kind, field},
};
use lacquer_clap_host::{Audio, Event, Plugin, number};
use serde_json::Value;

use crate::song::Song;

/// The plugin's published id.
const PLUGIN_ID: &str = "org.lacquer.lacquer";
/// Samples in a block: what a DAW is often set to.
const BLOCK: u32 = 256;
/// The longest the assistant may take for a song, with room for slow machines.
const PATIENCE: Duration = Duration::from_secs(600);
/// How often the state is looked at meanwhile.
const GLANCE: Duration = Duration::from_millis(50);

/// The plugin on a master bus.
pub struct Session {
    plugin: Plugin,
    audio: Option<Audio>,
    latency: usize,
}

impl Session {
    /// Loads the plugin and makes it ready to play a song at its rate.
    ///
    /// # Errors
    /// When the bundle is not Lacquer's, or does not start.
    pub fn open(bundle: &Path, song: &Song) -> Result<Self> {
        let mut plugin = Plugin::load(bundle, PLUGIN_ID)?;
        // Blocks come faster than real time, as when a DAW bounces.
        plugin.set_offline(true)?;
        let audio = Some(plugin.activate(f64::from(song.sample_rate_hz()), BLOCK)?);
        let latency = plugin.latency() as usize;
        Ok(Self { plugin, audio, latency })
    }

    /// Plays the whole song with `listen` on, turns it off at the end, and gives what came out.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn listen(&mut self, song: &Song) -> Result<Song> {
        let listen = number("listen");
        let end = song.channels()[0].len() as u64;
        self.play(
            song,
            &[Event { sample: 0, param: listen, value: 1.0 }, Event { sample: end, param: listen, value: 0.0 }],
        )
    }

    /// Waits until the state holds the assistant's answer.
    ///
    /// # Errors
    /// What the assistant says instead of a suggestion, or that it says nothing.
    pub fn suggestion(&mut self) -> Result<Suggestion> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            self.plugin.idle();
            if let Some(answer) = answer(&self.plugin.save()?)? {
                return read_answer(&answer);
            }
            thread::sleep(GLANCE);
        }
        bail!("the assistant did not answer within {} s", PATIENCE.as_secs())
    }

    /// Plays the song from its start with all that is suggested.
    ///
    /// # Errors
    /// When the plugin does not know a suggested parameter, or fails.
    pub fn play_with(&mut self, song: &Song, suggestion: &Suggestion) -> Result<Song> {
        let mut events = Vec::new();
        for change in suggestion.items.iter().flat_map(|item| &item.changes) {
            let id = number(&change.id);
            let value = self.position(&change.id, change.value)?;
            events.push(Event { sample: 0, param: id, value });
        }
        if let Some(audio) = &mut self.audio {
            audio.reset();
        }
        self.play(song, &events)
    }

    /// The plain value that the plugin's CLAP parameter takes for a field's value.
    fn position(&mut self, id: &str, value: f32) -> Result<f64> {
        let field = field(id).with_context(|| format!("the suggestion names `{id}`, which is no setting"))?;
        Ok(match field.kind {
            Kind::Number { .. } => self
                .plugin
                .text_to_value(number(id), &value.to_string())
                .with_context(|| format!("the plugin does not take {value} for {id}"))?,
            Kind::Count { min, .. } => f64::from(value) - f64::from(min),
            Kind::Switch | Kind::Choice { .. } => f64::from(value),
        })
    }

    fn play(&mut self, song: &Song, events: &[Event]) -> Result<Song> {
        // One restart is asked for at activation already: the framework makes the latency known that way.
        let restarts = self.plugin.restarts_asked();
        let audio = self.audio.as_mut().context("the plugin is not active")?;
        let [mut left, mut right] = song.channels().map(<[f32]>::to_vec);
        let length = left.len();
        // The last samples come out this much later; one more, so that an event after the song has its place.
        for channel in [&mut left, &mut right] {
            channel.resize(length + self.latency.max(1), 0.0);
        }
        thread::scope(|scope| {
            let playing = scope.spawn(|| audio.play(&mut [&mut left, &mut right], BLOCK as usize, events, |_| ()));
            while !playing.is_finished() {
                self.plugin.idle();
                thread::sleep(Duration::from_millis(1));
            }
            playing.join().map_err(|_| anyhow::anyhow!("the audio thread stopped"))?
        })?;
        ensure!(self.plugin.restarts_asked() == restarts, "the plugin asked for a restart while it played");
        let mut out = Song::empty(song.sample_rate_hz());
        out.push(&left[self.latency..][..length], &right[self.latency..][..length]);
        Ok(out)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(audio) = self.audio.take() {
            self.plugin.deactivate(audio);
        }
    }
}

/// The assistant's part of a saved state, if there is one: `/fields/assistant`, JSON within JSON behind an 8-byte length.
fn answer(state: &[u8]) -> Result<Option<Value>> {
    let json = state.get(8..).context("the plugin's state is shorter than its head")?;
    let state: Value = serde_json::from_slice(json).context("the plugin's state is no JSON")?;
    let Some(text) = state.pointer("/fields/assistant").and_then(Value::as_str) else {
        return Ok(None);
    };
    Ok(Some(serde_json::from_str(text).context("the assistant's part of the state is no JSON")?))
}

fn read_answer(answer: &Value) -> Result<Suggestion> {
    if let Some(error) = answer.get("error").and_then(Value::as_str) {
        bail!("the assistant has nothing to suggest: {error}");
    }
    if let Some(dropped_s) = answer.get("dropped_s").and_then(Value::as_f64) {
        ensure!(dropped_s == 0.0, "the plugin lost {dropped_s} s of the song while listening");
    }
    let suggestion = answer.get("suggestion").cloned().context("the assistant's answer holds no suggestion")?;
    serde_json::from_value(suggestion).context("the suggestion is not in the form that this version knows")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(fields: &str) -> Vec<u8> {
        let json = format!(r#"{{"version":"0.1.0","params":{{}},"fields":{{{fields}}}}}"#);
        [&(json.len() as u64).to_le_bytes()[..], json.as_bytes()].concat()
    }

    #[test]
    fn a_state_without_an_answer_has_none_and_one_with_an_error_says_it() {
        assert_eq!(answer(&state("")).expect("a state"), None);
        let refused = r#""assistant":"{\"version\":1,\"decision\":1,\"error\":\"Too little music.\"}""#;
        let answer = answer(&state(refused)).expect("a state").expect("an answer");
        let error = read_answer(&answer).expect_err("no suggestion");
        assert!(error.to_string().contains("Too little music."), "{error}");
    }

    #[test]
    fn what_is_no_state_is_said() {
        assert!(answer(&[1, 2, 3]).is_err());
        assert!(answer(b"12345678{").expect_err("cut off").to_string().contains("no JSON"));
    }
}
