//! The size that a window has asked for last.
//!
//! On X11 a window takes its new size at once, and the host hears of it afterwards. A host built on JUCE meanwhile gives the window
//! the size back that it knows, and baseview tells the host of that one as if it were another request: the two then chase each other
//! through the host's queue, and either may be the one that stays. So the host hears only of the size that was asked for, and the
//! window asks again until it has it.

use std::{
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant},
};

use baseview::{
    WindowContext, WindowSize,
    dpi::{LogicalSize, PhysicalSize},
};

use crate::Link;

/// Between two requests for the same size: a host's main thread gets some of its own rounds in between.
const PAUSE: Duration = Duration::from_millis(150);
/// A size that has stayed for so long is the window's.
const SETTLED: Duration = Duration::from_millis(600);
/// How often the same size is asked for. A host that has not given it by then does not want to.
const MOST_TIMES: u32 = 7;

/// A wish, shared by the window's thread and the host's main thread.
#[derive(Debug, Default)]
pub(crate) struct Wish(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    last: Option<PhysicalSize<u32>>,
    pending: Option<Pending>,
}

#[derive(Debug)]
struct Pending {
    size: LogicalSize<f64>,
    /// When the window was asked last.
    asked: Option<Instant>,
    /// Since when the window has had the size.
    given: Option<Instant>,
    times: u32,
}

impl Wish {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Wishes for `size`, with `scale` physical pixels to a logical one.
    pub fn make(&self, size: LogicalSize<f64>, scale: f64) {
        let pending = Pending { size, asked: None, given: None, times: 0 };
        *self.state() = State { last: Some(size.to_physical(scale)), pending: Some(pending) };
    }

    /// Whether `size` is the one that was asked for last.
    pub fn is(&self, size: PhysicalSize<u32>) -> bool {
        self.state().last == Some(size)
    }

    /// The host has said no: it is not asked again.
    pub fn refused(&self) {
        self.state().pending = None;
    }

    /// What to ask for now, where the window has the size `current`.
    pub fn due(&self, current: PhysicalSize<u32>, now: Instant) -> Option<LogicalSize<f64>> {
        let mut state = self.state();
        let has_it = state.last == Some(current);
        let pending = state.pending.as_mut()?;
        if has_it {
            if now - *pending.given.get_or_insert(now) >= SETTLED {
                state.pending = None;
            }
            return None;
        }
        pending.given = None;
        if pending.asked.is_some_and(|asked| now - asked < PAUSE) {
            return None;
        }
        if pending.times == MOST_TIMES {
            state.pending = None;
            return None;
        }
        pending.times += 1;
        pending.asked = Some(now);
        Some(pending.size)
    }
}

/// What window and host do with it.
impl Link {
    /// Whether the host is to hear that the window has taken `size`: only where the window itself has asked for it. Elsewhere than on
    /// X11 the host hears of nothing else.
    pub fn asks_for(&self, size: &WindowSize) -> bool {
        !cfg!(target_os = "linux") || self.wish.is(size.physical)
    }

    /// The host has refused the size that was asked for.
    pub fn note_refusal(&self) {
        self.wish.refused();
    }

    /// Asks for the size that is wished for and not had yet. To be called while nothing is borrowed that the answer needs: on Windows and
    /// macOS the window has its new size before this returns.
    pub(crate) fn ask_for_size(&self, context: &WindowContext) {
        if let Some(size) = self.wish.due(context.size().physical, Instant::now()) {
            // A wish that a window does not grant is no error of ours.
            let _ = context.resize(size);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: PhysicalSize<u32> = PhysicalSize::new(1650, 1020);
    const WANTED: PhysicalSize<u32> = PhysicalSize::new(2063, 1275);

    fn made() -> (Wish, LogicalSize<f64>) {
        let (wish, size) = (Wish::default(), LogicalSize::new(1375.0, 850.0));
        wish.make(size, 1.5);
        (wish, size)
    }

    /// Ticks thirty times a second for three; when the window is asked, in milliseconds.
    fn asked(wish: &Wish, start: Instant, current: impl Fn(u64) -> PhysicalSize<u32>) -> Vec<u64> {
        let ticks = (0..3000).step_by(33);
        ticks.filter(|ms| wish.due(current(*ms), start + Duration::from_millis(*ms)).is_some()).collect()
    }

    #[test]
    fn only_what_was_wished_for_is_the_wish() {
        let (wish, _) = made();
        assert!(wish.is(WANTED) && !wish.is(OLD));
        assert!(!Wish::default().is(WANTED), "nothing was wished for");
    }

    #[test]
    fn a_size_that_is_given_is_asked_for_once() {
        let (start, (wish, _)) = (Instant::now(), made());
        assert_eq!(asked(&wish, start, |ms| if ms < 100 { OLD } else { WANTED }), [0]);
        assert_eq!(wish.due(OLD, start + Duration::from_secs(10)), None, "then the host has the last word");
    }

    #[test]
    fn a_size_that_is_taken_away_is_asked_for_again() {
        let (start, (wish, size)) = (Instant::now(), made());
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(wish.due(OLD, at(0)), Some(size));
        assert_eq!(wish.due(WANTED, at(33)), None);
        assert_eq!(wish.due(OLD, at(66)), None, "the host gets time to answer");
        assert_eq!(wish.due(OLD, at(200)), Some(size));
    }

    #[test]
    fn another_wish_is_asked_for_at_once() {
        let (start, (wish, _)) = (Instant::now(), made());
        assert!(wish.due(OLD, start).is_some());
        let smaller = LogicalSize::new(825.0, 510.0);
        wish.make(smaller, 1.5);
        assert_eq!(wish.due(OLD, start), Some(smaller));
        assert!(!wish.is(WANTED));
    }

    #[test]
    fn a_host_that_never_gives_it_is_left_alone_after_a_second() {
        let (start, (wish, _)) = (Instant::now(), made());
        let asked = asked(&wish, start, |_| OLD);
        assert_eq!(asked.len(), MOST_TIMES as usize);
        assert!(asked.last().is_some_and(|ms| *ms < 1200), "{asked:?}");
    }

    #[test]
    fn a_refusal_ends_it() {
        let (start, (wish, _)) = (Instant::now(), made());
        assert!(wish.due(OLD, start).is_some());
        wish.refused();
        assert_eq!(asked(&wish, start, |_| OLD), []);
    }
}
