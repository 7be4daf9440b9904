//! Whatever takes stereo samples and gives as many back: Lacquer's chain, a plugin, or plugins one after the other.

use lacquer::{dsp::Chain, settings::ChainSettings};

use crate::signals::Stereo;

/// A stereo processor under test.
pub trait Device {
    /// Processes both channels in place.
    fn process(&mut self, left: &mut [f32], right: &mut [f32]);
    /// Delay that it reports, samples; plugins know it once they have run.
    fn latency(&self) -> usize;
}

/// Lacquer's chain at fixed settings.
pub struct Lacquer {
    chain: Chain,
    settings: ChainSettings,
}

impl Lacquer {
    /// A chain at `sample_rate` Hz.
    pub fn new(settings: ChainSettings, sample_rate: f64) -> Self {
        Self { chain: Chain::new(sample_rate, settings.eq.phase), settings }
    }
}

impl Device for Lacquer {
    fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        self.chain.process(&self.settings, left, right);
    }

    fn latency(&self) -> usize {
        self.chain.latency()
    }
}

/// Devices one after the other.
pub struct Rack(pub Vec<Box<dyn Device>>);

impl Device for Rack {
    fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        for device in &mut self.0 {
            device.process(left, right);
        }
    }

    fn latency(&self) -> usize {
        self.0.iter().map(|device| device.latency()).sum()
    }
}

/// Seconds of silence ahead of every signal, in which a plugin's gains come to rest at its settings.
const PRELUDE_S: f64 = 0.5;
/// Samples that a device gets at a time.
pub const RENDER_BLOCK: usize = 512;

/// The signal through the device, without the latency that it reports and as long as it went in.
pub fn render(device: &mut dyn Device, signal: &Stereo) -> Stereo {
    let silence = (PRELUDE_S * signal.sample_rate) as usize / RENDER_BLOCK * RENDER_BLOCK;
    let mut quiet = [vec![0f32; silence], vec![0f32; silence]];
    run(device, &mut quiet);
    let latency = device.latency();
    let mut channels = signal.channels.clone();
    for channel in &mut channels {
        channel.resize(channel.len() + latency, 0.0);
    }
    run(device, &mut channels);
    for channel in &mut channels {
        channel.drain(..latency);
    }
    Stereo { sample_rate: signal.sample_rate, channels }
}

fn run(device: &mut dyn Device, channels: &mut [Vec<f32>; 2]) {
    let [left, right] = channels;
    for (left, right) in left.chunks_mut(RENDER_BLOCK).zip(right.chunks_mut(RENDER_BLOCK)) {
        device.process(left, right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::pink_noise;

    #[test]
    fn a_neutral_chain_renders_to_the_signal_itself_in_time() {
        for rate in [44_100.0, 48_000.0] {
            let signal = Stereo::with_peak(rate, [pink_noise(rate, 0.3, 1), pink_noise(rate, 0.3, 2)], -3.0);
            let neutral = || Box::new(Lacquer::new(ChainSettings::default(), rate));
            assert_eq!(render(&mut *neutral(), &signal), signal);
            let mut two = Rack(vec![neutral(), neutral()]);
            assert_eq!(two.latency(), 2 * neutral().latency());
            assert_eq!(render(&mut two, &signal), signal);
        }
    }
}
