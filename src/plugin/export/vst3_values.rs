//! The parameters of an instance as a VST3 host sets them: at any time, or at samples of a block.
//!
//! The framework does the same, but has a worker thread tell the window of each change, on Linux: the audio thread wakes it by a system
//! call, and it panics when the window is just being opened, or is open in a host without a run loop (nice-plug 0.4.2, `inner.rs` and
//! `view.rs`), which ends in the end of the host. Lacquer's window looks at the parameters by itself, so nobody needs to be told.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use nice_plug::{
    prelude::ParamPtr,
    wrapper::vst3::vst3::{
        ComRef,
        Steinberg::{
            Vst::{IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait},
            kResultOk,
        },
    },
};

use super::{super::memory::Memory, numbered::Numbered};
use crate::{params::kind, settings::fields::Kind};

/// Points of one block that hold at their sample. What comes beyond holds from the end of the block on.
const POINTS: usize = 8192;

/// That a host has no wish: two numbers that are none.
const NO_WISH: u64 = u64::MAX;

/// All parameters of an instance.
pub struct Values {
    params: Numbered<Value>,
    /// Room for the points of a block.
    points: Mutex<Vec<Point>>,
}

/// One parameter.
struct Value {
    param: ParamPtr,
    is_choice: bool,
    /// The position that the host asked for while it plays, and the one that was the case then, both as bits.
    wish: AtomicU64,
}

/// A parameter takes a value within a block.
#[derive(Clone, Copy)]
struct Point {
    sample: u32,
    /// Which one it was in the host's list: of two at the same sample, the later holds.
    order: u32,
    id: u32,
    value: f32,
}

/// The points of the block that plays.
pub struct Due<'a> {
    values: &'a Values,
    points: MutexGuard<'a, Vec<Point>>,
    /// How many are set.
    set: usize,
    /// What the host gave, if there was more in it than there is room for.
    too_many: Option<ComRef<'a, IParameterChanges>>,
}

impl Values {
    /// Those of the instance with this memory.
    pub fn new(memory: Arc<Memory>) -> Self {
        let value = |id: &str, param| Value {
            param,
            is_choice: matches!(kind(id), Some(Kind::Choice { .. })),
            wish: AtomicU64::new(NO_WISH),
        };
        Self { params: Numbered::new(memory, value), points: Mutex::new(Vec::with_capacity(POINTS)) }
    }

    /// What they are parameters of.
    pub fn memory(&self) -> &Arc<Memory> {
        self.params.memory()
    }

    /// Whether one is chosen from a list.
    pub fn is_choice(&self, id: u32) -> bool {
        self.params.of(id).is_some_and(|value| value.is_choice)
    }

    /// Sets one to a position from 0 to 1; says whether there is such a one and the value is a number.
    pub fn set(&self, id: u32, position: f32) -> bool {
        let Some(value) = self.params.of(id).filter(|_| position.is_finite()) else {
            return false;
        };
        value.wish.store(NO_WISH, Ordering::Relaxed);
        // SAFETY: the memory, into which all of them point, is kept.
        unsafe { value.param._internal_set_normalized_value(position) };
        true
    }

    /// Notes what the host asks for while it plays: it sounds when it comes with a block. Says whether there is such a one and the
    /// value is a number.
    pub fn wish(&self, id: u32, position: f64) -> bool {
        let Some(value) = self.params.of(id).filter(|_| position.is_finite()) else {
            return false;
        };
        // SAFETY: the memory, into which all of them point, is kept.
        let now = unsafe { value.param.modulated_normalized_value() };
        let bits = |position: f32| u64::from(position.to_bits());
        value.wish.store(bits(position.clamp(0.0, 1.0) as f32) << 32 | bits(now), Ordering::Relaxed);
        true
    }

    /// The position to show where a parameter stands at `now`: what the host asked for, until it has moved since.
    pub fn shown(&self, id: u32, now: f64) -> f64 {
        let wish = self.params.of(id).map_or(NO_WISH, |value| value.wish.load(Ordering::Relaxed));
        let (wanted, then) = (f32::from_bits((wish >> 32) as u32), f32::from_bits(wish as u32));
        if f64::from(then) == now { wanted.into() } else { now }
    }

    /// What was asked for holds no more: all parameters are set anew.
    pub fn forget_wishes(&self) {
        self.params.iter().for_each(|value| value.wish.store(NO_WISH, Ordering::Relaxed));
    }

    /// Takes the points of a block of so many samples. Neither allocates nor waits where one thread plays at a time.
    ///
    /// # Safety
    /// `changes` is null or the host's list, which lasts for the call in which it plays.
    pub unsafe fn due(&self, changes: *mut IParameterChanges, samples: u32) -> Due<'_> {
        let mut points = self.points.lock().unwrap_or_else(PoisonError::into_inner);
        points.clear();
        // SAFETY: as the caller says.
        let changes = unsafe { ComRef::from_raw(changes) };
        let mut order = 0;
        if let Some(changes) = changes {
            each(changes, |id, sample, value| {
                if points.len() < points.capacity() {
                    let sample = u32::try_from(sample).unwrap_or(0).min(samples.saturating_sub(1));
                    points.push(Point { sample, order, id, value });
                }
                order += 1;
            });
        }
        points.sort_unstable_by_key(|point| (point.sample, point.order));
        let too_many = changes.filter(|_| order as usize > points.len());
        Due { values: self, points, set: 0, too_many }
    }
}

impl Due<'_> {
    /// Sets what is due at this sample and before, and gives the sample of the next point.
    pub fn set_until(&mut self, sample: u32) -> Option<u32> {
        while let Some(point) = self.points.get(self.set) {
            if point.sample > sample {
                return Some(point.sample);
            }
            self.values.set(point.id, point.value);
            self.set += 1;
        }
        None
    }

    /// Sets all that is left.
    pub fn set_all(&mut self) {
        self.set_until(u32::MAX);
        if let Some(changes) = self.too_many.take() {
            each(changes, |id, _, value| {
                self.values.set(id, value);
            });
        }
    }
}

/// Calls `take` with the number, sample and value of each point in the host's order.
fn each(changes: ComRef<IParameterChanges>, mut take: impl FnMut(u32, i32, f32)) {
    // SAFETY: the host's own list and what it leads to, which last for the call; room is given for each answer.
    unsafe {
        for queue in 0..changes.getParameterCount() {
            let Some(queue) = ComRef::from_raw(changes.getParameterData(queue)) else { continue };
            let id = queue.getParameterId();
            for index in 0..queue.getPointCount() {
                let (mut sample, mut value) = (0, 0.0);
                if queue.getPoint(index, &raw mut sample, &raw mut value) == kResultOk {
                    take(id, sample, value as f32);
                }
            }
        }
    }
}
