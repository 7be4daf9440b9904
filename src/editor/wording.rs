//! What each parameter is called in the window, and in a sentence what it does to the sound.

use super::console::Parameter;
use crate::settings::fields::Kind;

/// The name in sentence case, without the module's name before it where the module is in sight: `EQ 1 Gain` → `EQ 1 gain`.
pub fn name(parameter: &Parameter) -> String {
    let words = parameter.name.split(' ').enumerate().map(|(index, word)| {
        let acronym = word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        if index == 0 || acronym { word.to_owned() } else { word.to_lowercase() }
    });
    words.collect::<Vec<_>>().join(" ").replace("Comp ", "Compressor ")
}

/// `Low Shelf` as `Low shelf`.
pub fn sentence_case(label: &str) -> String {
    let mut words = label.to_lowercase();
    if let Some(first) = words.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    words.replace("db/oct", "dB/oct")
}

/// What hands can do with it.
pub fn hands(parameter: &Parameter) -> &'static str {
    match parameter.kind {
        Kind::Number { .. } => "Drag, or wheel; with shift fine. Double click resets, right click types.",
        Kind::Count { .. } | Kind::Choice { .. } => "Click, or wheel. Double click resets.",
        Kind::Switch => "Click.",
    }
}

/// What it does to the sound.
pub fn effect(id: &str) -> &'static str {
    WHOLE.iter().chain(ENDINGS).find(|(pattern, _)| matches(pattern, id)).map_or("", |(_, sentence)| sentence)
}

/// Whether `id` is the pattern, in which `#` is any digit.
fn matches(pattern: &str, id: &str) -> bool {
    pattern.len() == id.len()
        && pattern.bytes().zip(id.bytes()).all(|(p, c)| p == c || (p == b'#' && c.is_ascii_digit()))
}

const WHOLE: &[(&str, &str)] = &[
    ("listen", "The assistant hears what comes in while this is on; turned off, it decides."),
    ("accept", "What the assistant suggests is heard in place of the parameters, which do not move."),
    ("assist_amount", "How far the assistant goes: 0 % leaves the song alone, 100 % is all that it would do."),
    (
        "assist_deliver",
        "Where the master will be played: sets the loudness and the ceiling that the assistant aims for.",
    ),
    ("assist_eq", "Whether the assistant may use the equaliser."),
    ("assist_comp", "Whether the assistant may use the compressor."),
    ("assist_imager", "Whether the assistant may use the imager."),
    ("assist_limiter", "Whether the assistant may use the limiter."),
    ("input_gain", "Level ahead of everything: how hard the compressor and limiter are met."),
    ("eq_on", "The equaliser's power: off, its bands leave the sound as it is."),
    (
        "eq_phase",
        "Minimum phase is without delay; linear phase keeps transients of all bands together, with some milliseconds of latency. \
         Takes hold when the host restarts the plugin.",
    ),
    ("comp_on", "The compressor's power: off, its bands leave the sound as it is."),
    ("comp_bands", "In how many bands the compressor and the imager work; one is a bus compressor."),
    ("comp_detector", "RMS follows loudness and is calm; peak follows every hit and is quick."),
    (
        "comp_sc_low_cut",
        "Keeps bass from steering the compressor: less pumping from the kick. The sound itself loses no bass.",
    ),
    (
        "comp_link",
        "At 100 % both channels get the same gain, and the image stands still; less lets each channel move alone.",
    ),
    ("comp_mix", "Blends the uncompressed sound in: density below, untouched peaks above."),
    ("imager_on", "The imager's power: off, the stereo image stays as it is."),
    ("mono_below_on", "Makes the bass mono: more solid, and it fits on vinyl."),
    ("mono_below", "Below this frequency the sides are taken away."),
    ("limiter_on", "The limiter's power: off, peaks pass as they are."),
    ("limiter_drive", "Gain into the limiter: louder, and more reduction where peaks meet the ceiling."),
    ("limiter_ceiling", "No peak passes this level, not even between samples. −1 dBTP leaves room for lossy coding."),
    ("limiter_release", "How soon the level comes back after a peak: short is loud, long is clean."),
    ("limiter_auto_release", "Short release for single peaks, long for dense passages: loud and clean at once."),
    ("limiter_link", "At 100 % both channels are turned down together, and the image stands still."),
    ("soft_clip_on", "Rounds the highest peaks off ahead of the limiter: a little grit in place of pumping."),
    ("soft_clip", "How far below the ceiling the rounding starts: more is denser and coarser."),
    ("output_gain", "Level after everything. Above zero it can pass the limiter's ceiling."),
    ("dither", "A trace of noise that hides the rounding to this word length. For the last export only."),
    ("noise_shaping", "Moves dither's noise to where ears hear least."),
    ("bypass", "What comes in, delayed as the processed sound is, to compare."),
    ("level_match", "Turns the processed sound to the loudness of the input, so that louder does not pass for better."),
    ("level_match_gain", "The difference of loudness that level match takes away."),
];

const ENDINGS: &[(&str, &str)] = &[
    ("eq#_on", "The band's power."),
    ("eq#_type", "The band's shape: bell, shelves, cuts, notch, or tilt."),
    ("eq#_freq", "Where in the spectrum the band works."),
    ("eq#_gain", "How much the band lifts or lowers."),
    ("eq#_q", "How narrow the band is: high is surgical, low is broad and gentle."),
    ("eq#_slope", "How steeply a cut falls."),
    ("eq#_placement", "Both channels alike, the middle of the image, or its sides."),
    ("eq#_dyn_on", "Lets the band's gain follow the music's level in its range."),
    ("eq#_dyn_threshold", "From this level on the gain moves."),
    ("eq#_dyn_range", "How far the gain moves at most: below zero tames what is loud, above zero lifts it."),
    ("eq#_dyn_attack", "How quickly the gain moves when the level rises."),
    ("eq#_dyn_release", "How quickly the gain comes back."),
    ("crossover#", "Where two bands meet. Split and summed they are flat."),
    ("comp#_on", "The band's power: off, it passes uncompressed."),
    ("comp#_solo", "Only soloed bands are heard."),
    ("comp#_threshold", "What is louder than this is turned down."),
    ("comp#_ratio", "By how much: at 2:1 every 2 dB above the threshold become 1."),
    ("comp#_knee", "How gradually compression sets in about the threshold."),
    ("comp#_attack", "How soon it acts: slow lets hits through, quick softens them."),
    ("comp#_release", "How soon it lets go: quick is lively and may pump, slow is calm."),
    ("comp#_auto_release", "Quick after single hits, slow after long passages."),
    ("comp#_makeup", "Gain after compression, to bring back what it took."),
    ("comp#_range", "The most that the band is turned down, however loud it gets."),
    ("width#", "The band's width: 0 % is mono, 100 % as it came, more is wider and less safe in mono."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{params::HostParams, settings::fields::fields};

    #[test]
    fn every_parameter_has_its_sentence() {
        for (id, ..) in HostParams::default().map() {
            let sentence = effect(&id);
            assert!(sentence.ends_with('.') && sentence.len() > 12, "{id}: {sentence:?}");
        }
        for (pattern, _) in WHOLE.iter().chain(ENDINGS) {
            let known = HostParams::default().map().iter().any(|(id, ..)| matches(pattern, id));
            assert!(known, "{pattern} is no parameter");
        }
        assert!(fields().len() > WHOLE.len());
    }
}
