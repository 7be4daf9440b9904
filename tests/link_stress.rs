//! What crosses threads, under stress: nothing torn, nothing lost without being counted, nothing out of order.
//!
//! `LACQUER_STRESS=100` makes it a hundred times as long. It is small so that a thread sanitiser can run it (`cargo xtask threads`).

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use lacquer::{
    dsp::ChainMeters,
    link::{
        Audition, Feed, Outlet, SoloSwitch, TapFeed, Taps, Vitals, audition::audition_way, overlay::overlay_way,
        vitals::ticks,
    },
    settings::MonitorSettings,
};

const RATE_HZ: u32 = 8000;

/// Tries it once, or as often as is asked for.
fn again_and_again(stress: fn()) {
    let times = std::env::var("LACQUER_STRESS").map_or(1, |times| times.parse().expect("a number"));
    (0..times).for_each(|_| stress());
}

/// A series that jumps about, the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// Frames are numbered, so that each says where it belongs. Numbers up to 2²⁴ are whole in `f32`.
fn numbered(start: usize, frames: usize) -> Vec<f32> {
    (start..start + frames).map(|frame| (frame % (1 << 24)) as f32).collect()
}

/// The audio thread plays sessions of any length in blocks of any size; the worker hears them as it does in the plugin. What it
/// hears of a session is in order and in its session, and what it does not hear is counted.
#[test]
fn what_is_heard_and_what_is_dropped_is_what_was_played() {
    again_and_again(|| {
        let outlet = Arc::new(Outlet::default());
        let mut feed = Feed::new(RATE_HZ, 2, &outlet);
        let done = AtomicBool::new(false);
        let (played, heard, dropped, sessions) = thread::scope(|scope| {
            let player = scope.spawn(|| {
                let mut random = Random(1);
                let (mut frame, mut played) = (0, 0);
                for _ in 0..400 {
                    feed.set_listening(true);
                    for _ in 0..random.below(40) {
                        let frames = 1 + random.below(700);
                        let left = numbered(frame, frames);
                        let right: Vec<_> = left.iter().map(|sample| -sample).collect();
                        feed.add(&left, &right);
                        frame += frames;
                        played += frames;
                        if random.below(8) == 0 {
                            thread::yield_now();
                        }
                    }
                    feed.set_listening(false);
                    // What nobody listens to.
                    feed.add(&[0.5; 100], &[0.5; 100]);
                }
                done.store(true, Ordering::Release);
                played
            });
            let (mut heard, mut dropped, mut session, mut next) = (0usize, 0, 0, 0.0);
            loop {
                let last = done.load(Ordering::Acquire);
                // Looked at before the ring is emptied: what belongs to an ended session is in the ring by then.
                let ended = outlet.ended();
                let ring = outlet.ring().expect("there is one");
                while let Some(block) = ring.pop() {
                    let (left, right) = (&block.left[..block.frames], &block.right[..block.frames]);
                    assert!(block.frames > 0 && block.session >= session, "sessions in order");
                    if block.session > session {
                        (session, next) = (block.session, left[0]);
                    }
                    assert!(left[0] >= next, "blocks in order: {} after {next}", left[0]);
                    for (index, (left_now, right_now)) in left.iter().zip(right).enumerate() {
                        assert_eq!((*left_now, *right_now), (left[0] + index as f32, -left_now), "a whole block");
                    }
                    next = left[0] + block.frames as f32;
                    heard += block.frames;
                }
                assert!(session <= outlet.begun());
                // Whatever comes from now on is of a later session.
                session = session.max(ended);
                dropped += outlet.take_dropped_frames() as usize;
                if last {
                    break (player.join().expect("it lives"), heard, dropped, outlet.ended());
                }
                thread::yield_now();
            }
        });
        assert_eq!(heard + dropped, played);
        assert_eq!(sessions, 400);
        assert!(heard > played / 100, "{heard} of {played} frames were heard");
    });
}

/// A ring that is replaced, as by another sample rate, under a worker that listens: the last ring is the one of the last rate.
#[test]
fn a_ring_may_be_replaced_while_it_is_read() {
    again_and_again(|| {
        let outlet = Arc::new(Outlet::default());
        let (done, rings) = (AtomicBool::new(false), AtomicUsize::new(0));
        thread::scope(|scope| {
            scope.spawn(|| {
                for round in 0..300 {
                    // However the system shares out its cores, some rings are replaced before a look and some after.
                    while round == 150 && rings.load(Ordering::Acquire) == 0 {
                        thread::yield_now();
                    }
                    let rate_hz = RATE_HZ + (round % 7) as u32 * 1000;
                    let mut feed = Feed::new(rate_hz, 2, &outlet);
                    assert!(feed.suits(rate_hz, 2) && !feed.suits(rate_hz + 1, 2));
                    feed.set_listening(true);
                    // Each frame tells its rate.
                    feed.add(&[rate_hz as f32; 3000], &[rate_hz as f32; 3000]);
                    feed.set_listening(false);
                }
                done.store(true, Ordering::Release);
            });
            while !done.load(Ordering::Acquire) {
                if let Some(ring) = outlet.ring() {
                    while let Some(block) = ring.pop() {
                        assert!(block.left[..block.frames].iter().all(|sample| *sample == ring.sample_rate_hz as f32));
                    }
                    rings.fetch_add(1, Ordering::AcqRel);
                }
            }
        });
    });
}

/// Windows come and go while the audio thread plays: each block is whole, and one that says it follows the last one does.
#[test]
fn windows_see_whole_blocks_and_know_of_gaps() {
    again_and_again(|| {
        let taps = Arc::new(Taps::default());
        let mut feed = TapFeed::new(f64::from(RATE_HZ), 16, &taps);
        let done = AtomicBool::new(false);
        let seen = thread::scope(|scope| {
            scope.spawn(|| {
                let mut random = Random(3);
                let mut frame = 0;
                // Somebody is there when it begins, and gets a turn now and then, however few cores there are.
                while !feed.begin() {
                    thread::yield_now();
                }
                for _ in 0..30_000 {
                    let mut frames = 1 + random.below(300);
                    if random.below(16) == 0 {
                        thread::yield_now();
                    }
                    if feed.begin() {
                        while frames > 0 {
                            let now = frames.min(feed.room());
                            let before = numbered(frame, now);
                            let after: Vec<_> = before.iter().map(|sample| -sample).collect();
                            feed.hear_before(&before, &before);
                            let meters =
                                ChainMeters { limiter_reduction_db: before[now - 1], ..ChainMeters::default() };
                            feed.hear_after(&after, &after, &meters, &MonitorSettings::default());
                            frame += now;
                            frames -= now;
                        }
                    } else {
                        // What nobody watches is missing.
                        frame += frames;
                    }
                }
                done.store(true, Ordering::Release);
            });
            // Other windows, which only come and go.
            for _ in 0..2 {
                scope.spawn(|| {
                    while !done.load(Ordering::Acquire) {
                        drop(taps.watch());
                        thread::yield_now();
                    }
                });
            }
            let ring = taps.ring().expect("there is one");
            let (mut random, mut seen, mut next) = (Random(4), 0usize, f32::NAN);
            while !done.load(Ordering::Acquire) {
                let watch = taps.watch();
                for _ in 0..random.below(50) {
                    while let Some(block) = ring.pop() {
                        assert_eq!(block.frames, block.before[0].len());
                        for channel in 0..2 {
                            let whole = |(before, after): (&f32, &f32)| *after == -before;
                            assert!(block.before[channel].iter().zip(&block.after[channel]).all(whole));
                        }
                        let frames = block.before[0].windows(2).all(|pair| pair[1] == pair[0] + 1.0);
                        assert!(frames, "a block has no gap within");
                        assert!(block.follows_gap || block.before[0][0] == next, "{} after {next}", block.before[0][0]);
                        next = block.before[0][block.frames - 1] + 1.0;
                        assert_eq!(block.meters.limiter_reduction_db, next - 1.0, "its own meters");
                        seen += 1;
                    }
                    thread::yield_now();
                }
                drop(watch);
            }
            seen
        });
        assert!(seen > 0, "no block was seen");
    });
}

/// Two threads publish suggestions and trials: the audio thread sees each whole, the newest of each publisher last.
#[test]
fn suggestions_and_trials_arrive_whole_and_never_go_back() {
    again_and_again(|| {
        let (overlays, mut overlay) = overlay_way();
        let (auditions, mut audition) = audition_way();
        let last = 10_000;
        thread::scope(|scope| {
            for publisher in 0..2usize {
                let (overlays, auditions) = (&overlays, &auditions);
                scope.spawn(move || {
                    for round in 1..=last {
                        let values = vec![(publisher, round as f32); 1 + round % 50];
                        auditions.publish(Audition {
                            changes: values.clone(),
                            match_db: Some(round as f32),
                            delta: false,
                        });
                        overlays.publish(values);
                    }
                });
            }
            let (mut newest, mut tried, mut whole) = ([0.0; 2], [0.0; 2], 0);
            while newest.iter().chain(&tried).all(|round| *round < last as f32) {
                if overlay.update() {
                    let values = overlay.overlay();
                    let (publisher, round) = values[0];
                    assert!(values.len() == 1 + round as usize % 50 && values.iter().all(|value| *value == values[0]));
                    assert!(round > newest[publisher], "an older one came after a newer one");
                    newest[publisher] = round;
                    whole += 1;
                }
                if audition.update() {
                    let now = audition.audition();
                    let (publisher, round) = now.changes[0];
                    assert!(now.match_db == Some(round) && now.changes.len() == 1 + round as usize % 50);
                    assert!(round > tried[publisher]);
                    tried[publisher] = round;
                }
            }
            // Trials may arrive all at once; then a suggestion is there by now.
            assert!(whole > 0 || overlay.update());
        });
    });
}

/// Both ends of a range belong together, and counters only grow.
#[test]
fn a_range_is_never_half_of_another_and_counters_never_go_back() {
    again_and_again(|| {
        let (switch, vitals, done) = (SoloSwitch::default(), Vitals::default(), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| {
                for round in 0..100_000 {
                    let low_hz = 20.0 + (round % 20_000) as f32;
                    switch.set((round % 5 != 0).then_some((low_hz, low_hz + 0.5)));
                    vitals.worked(ticks(), 64);
                }
                done.store(true, Ordering::Release);
            });
            let mut frames = 0;
            while !done.load(Ordering::Acquire) {
                let range = switch.range();
                assert!(!range.on || range.high_hz == range.low_hz + 0.5, "{range:?}");
                let now = vitals.frames();
                assert!(now >= frames && now % 64 == 0);
                frames = now;
            }
        });
        assert_eq!(vitals.frames(), 64 * 100_000);
    });
}
