//! The thread that listens and decides: one for each plugin instance, from its first activation until it is dropped.
//!
//! It sleeps while the plugin is not activated, looks five times a second whether there is something to hear, and a
//! hundred times a second while there is. The audio thread never wakes it: that would take a system call.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    aftermath::AfterListener,
    memory::{AssistantState, Memory, VERSION},
    recording::Recording,
    taste::{References, Taste, learn},
};
use crate::{
    analysis::Analyser,
    assistant::{self, Learner, Suggestion, Wishes},
    link::{Block, Heard, Outlet, Progress, Ring},
};

/// Pause between two looks while music is heard: the ring holds a hundred times as much.
const HEARING_PAUSE: Duration = Duration::from_millis(10);
/// Pause between two looks while nothing happens: the ring holds five times as much.
const IDLE_PAUSE: Duration = Duration::from_millis(200);
/// The same while the host does not process: a reference that is dropped on the window then is still looked at.
const ASLEEP_PAUSE: Duration = Duration::from_secs(1);
/// When `listen` is off and nothing arrives for so long, the host has stopped processing before it turned `listen` off.
const STOPPED_AFTER: Duration = Duration::from_millis(500);

/// What the thread works with.
pub struct Desk {
    pub memory: Arc<Memory>,
    pub outlet: Arc<Outlet>,
    /// The way of the output.
    pub after: Arc<Outlet>,
    pub progress: Arc<Progress>,
    stop: AtomicBool,
    active: AtomicBool,
}

/// The thread, once it runs. Dropping it ends the thread and waits for its end.
pub struct Worker {
    desk: Arc<Desk>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// A worker whose thread does not run yet.
    pub fn new(memory: Arc<Memory>, outlet: Arc<Outlet>, after: Arc<Outlet>, progress: Arc<Progress>) -> Self {
        let desk =
            Desk { memory, outlet, after, progress, stop: AtomicBool::new(false), active: AtomicBool::new(false) };
        Self { desk: Arc::new(desk), thread: None }
    }

    /// Starts or wakes the thread. Without one (the system refuses) the plugin works, but does not listen.
    pub fn activate(&mut self) {
        self.desk.active.store(true, Ordering::Release);
        if self.thread.is_none() {
            let mut listener = Listener::new(self.desk.clone());
            self.thread = thread::Builder::new().name("lacquer-worker".into()).spawn(move || listener.run()).ok();
        }
        self.wake();
    }

    /// Lets the thread sleep when it has done what it is at.
    pub fn deactivate(&self) {
        self.desk.active.store(false, Ordering::Release);
    }

    /// Whether the thread runs.
    pub fn runs(&self) -> bool {
        self.thread.is_some()
    }

    fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.desk.stop.store(true, Ordering::Release);
        self.wake();
        if let Some(thread) = self.thread.take() {
            // The thread catches its panics; there is nobody left to tell if one came through.
            let _ = thread.join();
        }
    }
}

/// The music between turning `listen` on and off, and what came of it.
struct Session {
    number: u64,
    loads: u64,
    analyser: Analyser,
    recording: Recording,
    dropped_frames: u64,
    last_heard: Instant,
    /// What was asked for in the last decision.
    decided: Option<(Wishes, Taste)>,
    /// When the measurement of what counts was last told.
    told: Instant,
}

/// Pause between two looks at what counts of the music heard.
const TELLING_PAUSE: Duration = Duration::from_millis(100);

struct Listener {
    desk: Arc<Desk>,
    /// The references that were read last, and what was learned of them.
    references: Vec<PathBuf>,
    learned: Option<Learner>,
    after: AfterListener,
    ring: Option<Arc<Ring>>,
    session: Option<Session>,
}

impl Listener {
    fn new(desk: Arc<Desk>) -> Self {
        Self { desk, references: Vec::new(), learned: None, after: AfterListener::default(), ring: None, session: None }
    }

    fn run(&mut self) {
        while !self.desk.stop.load(Ordering::Acquire) {
            if catch_unwind(AssertUnwindSafe(|| self.step())).is_err() {
                self.give_up();
            }
            match self.session {
                Some(Session { decided: None, .. }) => thread::park_timeout(HEARING_PAUSE),
                _ if self.desk.active.load(Ordering::Acquire) => thread::park_timeout(IDLE_PAUSE),
                _ => thread::park_timeout(ASLEEP_PAUSE),
            }
        }
    }

    fn step(&mut self) {
        // Looked at before the ring is emptied: what belongs to an ended session is in the ring by then.
        let ended = self.desk.outlet.ended();
        self.hear();
        self.after.hear(&self.desk.after, &self.desk.memory.aftermath);
        let loads = self.desk.memory.loads();
        if !self.session.as_ref().is_some_and(|session| session.decided.is_none() && ended < session.number) {
            self.learn();
        }
        let Some(session) = &self.session else {
            return;
        };
        if session.loads != loads || self.desk.outlet.begun() > session.number {
            self.session = None;
            return;
        }
        let stopped = !self.desk.memory.params.listen.value() && session.last_heard.elapsed() >= STOPPED_AFTER;
        let due = match &session.decided {
            None => ended >= session.number || stopped,
            Some((wishes, taste)) => *wishes != self.desk.memory.params.wishes() || *taste != self.desk.memory.taste(),
        };
        if due {
            self.decide();
        }
    }

    /// Empties the ring, and takes up another one when the plugin was activated at another rate.
    fn hear(&mut self) {
        loop {
            while let Some(block) = self.ring.as_ref().and_then(|ring| ring.pop()) {
                self.hear_block(&block);
            }
            let newest = self.desk.outlet.ring();
            match (&self.ring, newest) {
                (Some(current), Some(newest)) if Arc::ptr_eq(current, &newest) => return,
                (None, None) => return,
                (_, newest) => self.ring = newest,
            }
        }
    }

    fn hear_block(&mut self, block: &Block) {
        let Some(ring) = &self.ring else {
            return;
        };
        let goes_on = |session: &Session| session.number == block.session && session.decided.is_none();
        if !self.session.as_ref().is_some_and(goes_on) {
            self.session = Some(Session {
                number: block.session,
                loads: self.desk.memory.loads(),
                analyser: Analyser::new(ring.sample_rate_hz, ring.channels),
                recording: Recording::new(ring.sample_rate_hz),
                dropped_frames: 0,
                last_heard: Instant::now(),
                decided: None,
                told: Instant::now(),
            });
        }
        if let Some(session) = &mut self.session {
            let (left, right) = (&block.left[..block.frames], &block.right[..block.frames]);
            // What no longer fits the recording is not measured either: the assistant judges what it can play.
            let taken = session.recording.add(left, right);
            session.analyser.add(&left[..taken], &right[..taken]);
            session.dropped_frames += self.desk.outlet.take_dropped_frames();
            session.last_heard = Instant::now();
            let heard_s = session.recording.seconds();
            if session.told.elapsed() >= TELLING_PAUSE {
                session.told = session.last_heard;
                let (counted_s, loudest_s) = (session.analyser.gated_s(), session.analyser.loudest_start_s());
                self.desk.progress.hear(Heard { heard_s, counted_s, loudest_s });
            }
        }
    }

    /// Reads the references that were chosen, when they are others than those read last.
    fn learn(&mut self) {
        let memory = &self.desk.memory;
        let taste = memory.taste();
        if taste.references == self.references {
            return;
        }
        self.references = taste.references;
        self.learned = None;
        let outcome = if self.references.is_empty() {
            References::None
        } else {
            memory.tell_references(References::Reading);
            match learn(&self.references) {
                Ok(learner) => {
                    let songs = learner.songs();
                    self.learned = Some(learner);
                    References::Learned { songs }
                }
                Err(sentence) => References::Failed(sentence),
            }
        };
        memory.tell_references(outcome);
    }

    fn decide(&mut self) {
        let Some(session) = &mut self.session else {
            return;
        };
        let desk = &self.desk;
        let (asked, taste) = (desk.memory.params.wishes(), desk.memory.taste());
        let mut wishes = asked.clone();
        taste.apply(&mut wishes, self.learned.as_ref());
        let wanted = || {
            !desk.stop.load(Ordering::Acquire)
                && desk.outlet.begun() == session.number
                && desk.memory.loads() == session.loads
                && desk.memory.params.wishes() == asked
                && desk.memory.taste() == taste
        };
        let measurement = session.analyser.measurement();
        let mut programme = session.recording.programme(&wanted);
        desk.progress.decide(Some(0.0));
        let mut tell = |share| desk.progress.decide(Some(share));
        let answer = assistant::suggest(&mut programme, &measurement, &wishes, &mut tell);
        desk.progress.decide(None);
        if !wanted() {
            // Asked for something else meanwhile: the next step decides anew or hears the next music.
            return;
        }
        let answer = answer.map_err(|error| error.to_string());
        desk.memory.keep(session.state(&wishes, answer), session.loads);
        session.decided = Some((asked, taste));
    }

    /// Says that deciding failed within the program, and starts afresh.
    fn give_up(&mut self) {
        self.desk.progress.decide(None);
        if let Some(session) = self.session.take() {
            let sentence = "the assistant failed on this music; please report it with the song that was playing";
            let state = session.state(&self.desk.memory.params.wishes(), Err(sentence.into()));
            self.desk.memory.keep(state, session.loads);
        }
    }
}

impl Session {
    fn state(&self, wishes: &Wishes, answer: Result<Suggestion, String>) -> AssistantState {
        let (suggestion, error) = match answer {
            Ok(suggestion) => (Some(suggestion), None),
            Err(error) => (None, Some(error)),
        };
        AssistantState {
            version: VERSION,
            decision: 0,
            heard_s: self.recording.seconds(),
            dropped_s: self.dropped_frames as f64 / f64::from(self.recording.sample_rate_hz()),
            deliver: wishes.delivery.name.to_owned(),
            amount_percent: wishes.amount_percent,
            only: wishes.only.clone(),
            suggestion,
            error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{audition::audition_way, overlay::overlay_way};

    #[test]
    fn a_reference_is_looked_at_while_the_host_does_not_process() {
        let memory = Memory::new(overlay_way().0, audition_way().0);
        let outlet = || Arc::new(Outlet::default());
        let mut worker = Worker::new(memory.clone(), outlet(), outlet(), Arc::new(Progress::default()));
        worker.activate();
        worker.deactivate();
        thread::sleep(2 * IDLE_PAUSE);
        memory.set_taste(Taste { references: vec!["/nowhere/master.wav".into()], ..memory.taste() });
        let waited = Instant::now();
        loop {
            match memory.references() {
                References::Failed(sentence) => break assert!(sentence.contains("master.wav"), "{sentence}"),
                other => assert!(waited.elapsed() < Duration::from_secs(60), "{other:?} after a minute"),
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}
