//! What an instance needs while it is active, made for one sample rate, phase and number of channels.

use std::sync::Arc;

use super::aftermath::AfterFeed;
use crate::{
    dsp::{Chain, RangeSolo, SAMPLE_RATES_HZ},
    link::{Feed, Outlet, TapFeed, Taps},
    settings::{ChainSettings, Phase},
};

/// What the chain works at where the host's rate is this: its lowest at lower ones, where no music is but checks of hosts go.
fn chain_rate_hz(rate_hz: f32) -> f32 {
    rate_hz.max(*SAMPLE_RATES_HZ.start() as f32)
}

/// The chain, and those who hear what goes in and comes out.
pub struct Active {
    /// What the chain works at.
    pub sample_rate_hz: f32,
    pub chain: Chain,
    pub feed: Feed,
    taps: TapFeed,
    solo: RangeSolo,
    pub after: AfterFeed,
    /// What sounds on after the music has ended.
    pub tail_frames: u32,
    /// Whether the host was told that the phase it has now set needs another activation.
    pub restart_asked: bool,
}

impl Active {
    /// Made for these circumstances; `ways` lead the input and the output to the worker. Allocates.
    pub fn new(rate_hz: f32, phase: Phase, channels: u16, ways: [&Arc<Outlet>; 2], taps: &Arc<Taps>) -> Self {
        let rate_hz = chain_rate_hz(rate_hz);
        let (rate, whole_rate_hz) = (f64::from(rate_hz), rate_hz.round() as u32);
        let chain = Chain::new(rate, phase);
        Self {
            sample_rate_hz: rate_hz,
            tail_frames: (chain.latency() + chain.ringing()) as u32,
            feed: Feed::new(whole_rate_hz, channels, ways[0]),
            taps: TapFeed::new(rate, chain.latency(), taps),
            solo: RangeSolo::new(rate),
            after: AfterFeed::new(whole_rate_hz, channels, ways[1]),
            chain,
            restart_asked: false,
        }
    }

    /// Whether it was made for these circumstances.
    pub fn suits(&self, rate_hz: f32, phase: Phase, channels: u16) -> bool {
        let rate_hz = chain_rate_hz(rate_hz);
        self.sample_rate_hz == rate_hz
            && self.chain.phase() == phase
            && self.feed.suits(rate_hz.round() as u32, channels)
    }

    /// Plays both channels in place and lets those hear it who listen or watch.
    pub fn play(&mut self, settings: &ChainSettings, mut left: &mut [f32], mut right: &mut [f32]) {
        self.feed.add(left, right);
        if !self.taps.begin() {
            self.chain.process(settings, left, right);
            self.after.add(left, right);
            self.solo.process(&settings.monitor.solo, left, right);
            return;
        }
        while !left.is_empty() && !right.is_empty() {
            let frames = left.len().min(right.len()).min(self.taps.room());
            let (left_now, right_now);
            (left_now, left) = left.split_at_mut(frames);
            (right_now, right) = right.split_at_mut(frames);
            self.taps.hear_before(left_now, right_now);
            let meters = self.chain.process(settings, left_now, right_now);
            self.taps.hear_after(left_now, right_now, &meters, &settings.monitor);
            self.after.add(left_now, right_now);
            self.solo.process(&settings.monitor.solo, left_now, right_now);
        }
    }
}
