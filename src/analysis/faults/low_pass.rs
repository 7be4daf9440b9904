//! The edge of a lossy codec: a spectrum that ends at once between 11 and 20 kHz, with nothing above.

/// Width in Hz of the strips that the top of the spectrum is looked at in, where they start, and their number.
pub(in crate::analysis) const STRIP_HZ: f64 = 100.0;
pub(in crate::analysis) const FIRST_HZ: f64 = 9000.0;
pub(in crate::analysis) const STRIPS: usize = 140;
/// Where an edge is a codec's, Hz; over that it may be a converter's, and so may what lies over this share of half the sample rate.
const EDGE_HZ: std::ops::RangeInclusive<f64> = 11000.0..=20000.0;
const CONVERTER_SHARE: f64 = 0.92;
/// Strips on either side that are compared, and those left out between them for the slope of the edge.
const SIDE: usize = 8;
const SLOPE: usize = 3;
/// Fall over the edge, dB. Music falls by 1 to 3 dB over the same 1.5 kHz, a twelve-pole filter by 15.
const FALL_DB: f64 = 22.0;
/// Nothing above may come nearer than this to what lies below the edge, dB.
const CLEAR_DB: f64 = 18.0;
/// Without sound under the edge there is no telling, dBFS in a strip.
const AUDIBLE_DB: f64 = -95.0;

/// The frequency in Hz of a codec's edge in the mean powers of the strips.
pub(super) fn edge_hz(strips: &[f64; STRIPS], nyquist_hz: f64) -> Option<f64> {
    // Silence in the strip would make any fall infinite: nothing is told apart under -140 dB.
    let levels: Vec<f64> = strips.iter().map(|power| 10.0 * power.max(1e-14).log10()).collect();
    let end = (((nyquist_hz - FIRST_HZ) / STRIP_HZ) as usize).min(STRIPS);
    let mean = |range: std::ops::Range<usize>| levels[range.clone()].iter().sum::<f64>() / range.len() as f64;
    let edge = |strip: usize| FIRST_HZ + strip as f64 * STRIP_HZ;
    let fall = |strip: usize| mean(strip - SIDE..strip) - mean(strip + SLOPE..strip + SLOPE + SIDE);
    let candidates = (SIDE..end.saturating_sub(SLOPE + SIDE)).filter(|strip| {
        EDGE_HZ.contains(&edge(*strip)) && edge(*strip) <= CONVERTER_SHARE * nyquist_hz && fall(*strip) >= FALL_DB
    });
    let steepest = candidates.max_by(|a, b| fall(*a).total_cmp(&fall(*b)))?;
    let below = mean(steepest - SIDE..steepest);
    let above = levels[steepest + SLOPE..end].iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (below >= AUDIBLE_DB && above <= below - CLEAR_DB).then(|| edge(steepest))
}
