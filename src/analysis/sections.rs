//! The song as sections: stretches that are about as loud from their start to their end.
//!
//! The short-term loudness of each second is cut where constant stretches describe it best (optimal partitioning after Jackson et al.
//! 2005: least squares with a price for each further stretch). What differs by little is one section.

use super::measurement::Section;

/// Short-term loudness looks back this far, seconds.
const WINDOW_S: f64 = 3.0;
/// A section lasts this long at least, seconds.
const LEAST_S: usize = 6;
/// What one more section must save, LU² s: a step of 3 LU between two stretches of 6 s, of 2 LU between two of 14 s.
const PRICE: f64 = 27.0;
/// Neighbours closer than this are one section, LU.
const LEAST_STEP_LU: f64 = 1.5;
/// Silence is no deeper than this below the loudest second, LU: how deep it is tells nothing of where sections begin.
const DEPTH_LU: f64 = 25.0;

/// The sections of a song of `heard_s` seconds whose short-term loudness was `short_term_lufs` at the third second and each after.
pub(super) fn sections(short_term_lufs: &[f32], heard_s: f64) -> Vec<Section> {
    if short_term_lufs.len() < LEAST_S {
        return Vec::new();
    }
    let loudest = short_term_lufs.iter().copied().fold(f32::MIN, f32::max);
    let floor = f64::from(loudest) - DEPTH_LU;
    let story = Story::of(short_term_lufs.iter().map(|lufs| f64::from(*lufs).max(floor)));
    let mut edges = partition(&story);
    while let Some(weakest) = weakest(&story, &edges) {
        edges.remove(weakest);
    }
    // A value tells of the second in the middle of its window.
    let time_s = |edge: usize| match edge {
        0 => 0.0,
        edge if edge == short_term_lufs.len() => heard_s,
        edge => edge as f64 + (WINDOW_S - 1.0) / 2.0,
    };
    edges
        .windows(2)
        .map(|pair| Section {
            from_s: time_s(pair[0]),
            to_s: time_s(pair[1]),
            loudness_lufs: story.mean(pair[0], pair[1]),
        })
        .collect()
}

/// Sums from the start, so that any stretch is judged at once.
struct Story {
    sums: Vec<(f64, f64)>,
}

impl Story {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut sums = vec![(0.0, 0.0)];
        let (mut sum, mut squares) = (0.0, 0.0);
        for value in values {
            sum += value;
            squares += value * value;
            sums.push((sum, squares));
        }
        Self { sums }
    }

    fn mean(&self, from: usize, to: usize) -> f64 {
        (self.sums[to].0 - self.sums[from].0) / (to - from) as f64
    }

    /// Sum of squared differences from the mean.
    fn unrest(&self, from: usize, to: usize) -> f64 {
        let squares = self.sums[to].1 - self.sums[from].1;
        (squares - self.mean(from, to).powi(2) * (to - from) as f64).max(0.0)
    }
}

/// The cheapest edges, the first and the last of the story among them.
fn partition(story: &Story) -> Vec<usize> {
    let length = story.sums.len() - 1;
    let mut costs = vec![f64::INFINITY; length + 1];
    let mut befores = vec![0; length + 1];
    costs[0] = 0.0;
    for end in LEAST_S..=length {
        for start in 0..=end - LEAST_S {
            let cost = costs[start] + story.unrest(start, end) + PRICE;
            if cost < costs[end] {
                (costs[end], befores[end]) = (cost, start);
            }
        }
    }
    let mut edges = vec![length];
    let mut edge = length;
    while edge > 0 {
        edge = befores[edge];
        edges.push(edge);
    }
    edges.reverse();
    edges
}

/// The edge with the smallest step over it, where that is too small for an edge.
fn weakest(story: &Story, edges: &[usize]) -> Option<usize> {
    let step =
        |edge: &usize| (story.mean(edges[edge - 1], edges[*edge]) - story.mean(edges[*edge], edges[edge + 1])).abs();
    let weakest = (1..edges.len() - 1).min_by(|a, b| step(a).total_cmp(&step(b)))?;
    (step(&weakest) < LEAST_STEP_LU).then_some(weakest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(parts: &[(usize, f32)]) -> Vec<f32> {
        let wave = |n: usize| 0.4 * (n as f32 * 1.7).sin();
        let levels = parts.iter().flat_map(|(seconds, level)| std::iter::repeat_n(*level, *seconds));
        levels.enumerate().map(|(n, level)| level + wave(n)).collect()
    }

    #[test]
    fn verse_and_chorus_are_told_apart_where_they_change() {
        let parts = [(20, -16.0), (15, -12.0), (25, -16.5), (15, -11.5), (10, -30.0)];
        let found = sections(&story(&parts), 87.0);
        assert_eq!(found.len(), parts.len(), "{found:?}");
        let mut edge = 0;
        for (section, (seconds, level)) in found.iter().zip(parts) {
            assert!((section.from_s - edge as f64).abs() <= 2.0, "{section:?} at {edge}");
            assert!((section.loudness_lufs - f64::from(level)).abs() < 0.3, "{section:?}");
            edge += seconds;
        }
        assert_eq!((found[0].from_s, found[4].to_s), (0.0, 87.0));
        assert!(found.windows(2).all(|pair| pair[0].to_s == pair[1].from_s));
    }

    #[test]
    fn an_even_song_is_one_section_and_a_scrap_is_none() {
        let even = sections(&story(&[(200, -9.0)]), 202.0);
        assert_eq!(even.len(), 1);
        assert_eq!((even[0].from_s, even[0].to_s), (0.0, 202.0));
        assert!(sections(&story(&[(5, -9.0)]), 7.0).is_empty());
    }

    #[test]
    fn a_single_loud_second_is_no_section() {
        let mut once = story(&[(60, -18.0)]);
        once[30] = -12.0;
        assert_eq!(sections(&once, 62.0).len(), 1);
    }
}
