//! When in the song a finding stands: how much of it is in each few seconds.

use super::measurement::TimeRange;

/// Length of a stretch that is told apart, seconds.
const STRETCH_S: f64 = 2.0;

/// Findings of several kinds over the windows of a spectrum, which overlap by half.
#[derive(Debug, Clone)]
pub(super) struct Sightings {
    hop_s: f64,
    windows_a_stretch: usize,
    kinds: usize,
    windows: usize,
    /// By stretch: windows that were looked at, and the sum of what was seen of each kind.
    looked_at: Vec<u32>,
    seen: Vec<f32>,
}

impl Sightings {
    /// For findings of so many kinds, in windows that begin every `hop_s` seconds.
    pub(super) fn new(hop_s: f64, kinds: usize) -> Self {
        let windows_a_stretch = ((STRETCH_S / hop_s) as usize).max(1);
        Self { hop_s, windows_a_stretch, kinds, windows: 0, looked_at: Vec::new(), seen: Vec::new() }
    }

    /// A window comes; it says something, or is too quiet for that.
    pub(super) fn look(&mut self, counts: bool) {
        let stretch = self.windows / self.windows_a_stretch;
        self.windows += 1;
        if stretch == self.looked_at.len() {
            self.looked_at.push(0);
            self.seen.resize((stretch + 1) * self.kinds, 0.0);
        }
        self.looked_at[stretch] += u32::from(counts);
    }

    /// In the window that came last, this much of a kind is seen.
    pub(super) fn see(&mut self, kind: usize, how_much: f64) {
        if let Some(last) = self.looked_at.len().checked_sub(1) {
            self.seen[last * self.kinds + kind] += how_much as f32;
        }
    }

    /// From the first to the last stretch in which so much of a kind was seen in the mean window; none where there is no such stretch.
    pub(super) fn stretch(&self, kind: usize, least: f64) -> Option<TimeRange> {
        let stands = |stretch: &usize| {
            let looked_at = f64::from(self.looked_at[*stretch]);
            looked_at > 0.0 && f64::from(self.seen[stretch * self.kinds + kind]) >= least * looked_at
        };
        let mut stretches = (0..self.looked_at.len()).filter(stands);
        let first = stretches.next()?;
        let last = stretches.next_back().unwrap_or(first);
        let time_s = |stretch: usize| (stretch * self.windows_a_stretch) as f64 * self.hop_s;
        // The last window reaches over one hop more.
        let end_s = (self.windows + 1) as f64 * self.hop_s;
        Some(TimeRange { from_s: time_s(first), to_s: time_s(last + 1).min(end_s) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_stands_from_its_first_to_its_last_stretch() {
        let mut sightings = Sightings::new(0.5, 2);
        for window in 0..96 {
            let counts = window < 80;
            sightings.look(counts);
            if counts {
                sightings.see(0, f64::from(u8::from((20..48).contains(&window))));
            }
        }
        assert_eq!(sightings.stretch(0, 0.5), Some(TimeRange { from_s: 10.0, to_s: 24.0 }));
        assert_eq!(sightings.stretch(1, 0.5), None);
        // Windows that say nothing are no sighting, and the last stretch ends with the song.
        assert_eq!(sightings.stretch(1, 0.0), Some(TimeRange { from_s: 0.0, to_s: 40.0 }));
        assert_eq!(Sightings::new(0.5, 1).stretch(0, 0.0), None);
    }
}
