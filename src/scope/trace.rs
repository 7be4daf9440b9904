//! Ten seconds of the limiter: what came in, what went out, and how much was taken away.

use std::collections::VecDeque;

/// Length of the trace, seconds.
pub const TRACE_S: f64 = 10.0;
/// Columns of a whole trace, 20 ms each.
pub const COLUMNS: usize = 500;

/// What happened in one column.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Column {
    /// Greatest sample that the limiter had to hold (linear).
    pub input_peak: f32,
    /// Greatest sample that went out (linear).
    pub output_peak: f32,
    /// Most gain reduction, dB, 0 or more.
    pub reduction_db: f32,
}

impl Column {
    fn raise(&mut self, other: &Self) {
        self.input_peak = self.input_peak.max(other.input_peak);
        self.output_peak = self.output_peak.max(other.output_peak);
        self.reduction_db = self.reduction_db.max(other.reduction_db);
    }
}

/// The trace, and the most reduction since it was last reset.
#[derive(Debug, Clone, Default)]
pub struct LimiterTrace {
    columns: VecDeque<Column>,
    filling: Column,
    filled_s: f64,
    most_reduction_db: f32,
}

impl LimiterTrace {
    /// Adds what happened in `seconds`.
    pub fn add(&mut self, seconds: f64, what: &Column) {
        const COLUMN_S: f64 = TRACE_S / COLUMNS as f64;
        self.most_reduction_db = self.most_reduction_db.max(what.reduction_db);
        self.filling.raise(what);
        self.filled_s += seconds;
        while self.filled_s >= COLUMN_S {
            self.filled_s -= COLUMN_S;
            if self.columns.len() == COLUMNS {
                self.columns.pop_front();
            }
            self.columns.push_back(self.filling);
            self.filling = if self.filled_s > 0.0 { *what } else { Column::default() };
        }
    }

    /// The columns, oldest first; fewer than [`COLUMNS`] in the first seconds.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = &Column> + DoubleEndedIterator {
        self.columns.iter()
    }

    /// The most gain reduction since the last reset, dB.
    pub fn most_reduction_db(&self) -> f32 {
        self.most_reduction_db
    }

    /// Forgets the most reduction; the picture stays.
    pub fn reset(&mut self) {
        self.most_reduction_db = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_seconds_stay_and_no_peak_is_lost() {
        let mut trace = LimiterTrace::default();
        let block_s = 512.0 / 48_000.0;
        let blocks = (15.0 / block_s) as usize;
        for block in 0..blocks {
            let reduction_db = if block % 100 == 50 { 3.0 } else { 0.5 };
            trace.add(block_s, &Column { input_peak: 1.0, output_peak: 0.5, reduction_db });
        }
        assert_eq!(trace.columns().len(), COLUMNS);
        let peaks = trace.columns().filter(|column| column.reduction_db == 3.0).count();
        let expected = 10.0 / (100.0 * block_s);
        assert!((expected as usize..=2 * expected as usize + 2).contains(&peaks), "{peaks} of {expected}");
        assert_eq!(trace.most_reduction_db(), 3.0);
        trace.reset();
        assert_eq!((trace.most_reduction_db(), trace.columns().len()), (0.0, COLUMNS));
    }

    #[test]
    fn a_long_block_fills_every_column_that_it_covers() {
        let mut trace = LimiterTrace::default();
        let what = Column { input_peak: 0.7, output_peak: 0.6, reduction_db: 1.0 };
        trace.add(0.1, &what);
        assert!(trace.columns().len() >= 4 && trace.columns().all(|column| *column == what));
    }
}
