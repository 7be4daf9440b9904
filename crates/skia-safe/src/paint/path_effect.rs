/// What is done to a path before it is stroked: dashes.
#[derive(Clone, Debug)]
pub struct PathEffect {
    intervals: Vec<f32>,
    phase: f32,
}

impl PathEffect {
    /// Lengths of line and gap in turn, beginning `phase` into them; `None` for an odd number, a negative length or no length at all.
    pub fn dash(intervals: &[f32], phase: f32) -> Option<Self> {
        let valid = intervals.len() >= 2
            && intervals.len().is_multiple_of(2)
            && intervals.iter().all(|length| *length >= 0.0)
            && intervals.iter().sum::<f32>() > 0.0;
        valid.then(|| Self { intervals: intervals.to_vec(), phase })
    }

    pub(crate) fn to_tiny_skia(&self) -> Option<tiny_skia::StrokeDash> {
        tiny_skia::StrokeDash::new(self.intervals.clone(), self.phase)
    }
}
