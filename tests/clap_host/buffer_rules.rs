//! The format's rules for buffers: what is written, what is left alone, and what is said of it.

use std::{array, ptr};

use clap_sys::{audio_buffer::clap_audio_buffer, ext::audio_ports_config::*, process::CLAP_PROCESS_CONTINUE};

use super::{
    random::Random,
    raw::{Raw, Wire, port},
    *,
};

/// The longest block that is agreed upon.
const MOST: usize = 512;
/// What nobody has written to: no number, and of its own kind.
const UNTOUCHED: u32 = 0x7fc0_1234;

/// An instance with this many channels and these settings that plays.
fn playing(channels: u32, settings: &ChainSettings) -> Raw {
    let raw = Raw::new();
    let layouts = raw.extension::<clap_plugin_audio_ports_config>(CLAP_EXT_AUDIO_PORTS_CONFIG).expect("layouts");
    // SAFETY: the instance's own call; stereo is the first layout, mono the second.
    let is_chosen = unsafe { layouts.select.expect("a call")(raw.plugin, 2 - channels) };
    assert!(is_chosen);
    raw.flush(&wires(settings));
    assert!(raw.activate(RATE_HZ, MOST as u32) && raw.start());
    raw
}

/// What can be compared of a port.
fn told(port: &clap_audio_buffer) -> (usize, usize, u32, u32, u64) {
    (port.data32.addr(), port.data64.addr(), port.channel_count, port.latency, port.constant_mask)
}

/// Plays `input` in a block, in place or not, within buffers that are longer; gives what came out and the output's mask. All that is not
/// the plugin's is as it was.
fn play_guarded(raw: &Raw, input: &[Vec<f32>], in_place: bool, mask: u64, events: &[Wire]) -> (Vec<Vec<f32>>, u64) {
    let frames = input[0].len();
    let untouched = || vec![f32::from_bits(UNTOUCHED); MOST];
    let mut ins: Vec<_> = input.iter().map(|channel| [channel.as_slice(), &untouched()[frames..]].concat()).collect();
    let mut outs: Vec<_> = if in_place { ins.clone() } else { input.iter().map(|_| untouched()).collect() };
    let mut out_pointers: Vec<_> = outs.iter_mut().map(Vec::as_mut_ptr).collect();
    let mut in_pointers: Vec<_> =
        if in_place { out_pointers.clone() } else { ins.iter_mut().map(Vec::as_mut_ptr).collect() };
    let (in_before, out_before) = (in_pointers.clone(), out_pointers.clone());
    let (in_port, mut out_port) = (port(&mut in_pointers, mask), port(&mut out_pointers, mask));
    let before = [told(&in_port), told(&out_port)];
    let status = raw.process_ports(frames as u32, (&raw const in_port, &raw mut out_port), events, ptr::null());
    assert_eq!(status, CLAP_PROCESS_CONTINUE);
    assert_eq!(told(&in_port), before[0], "the input's description is the host's");
    let out_mask = out_port.constant_mask;
    // The format lets the plugin say these two.
    (out_port.constant_mask, out_port.latency) = (mask, 0);
    assert_eq!(told(&out_port), before[1], "and so is the output's");
    assert_eq!((&in_pointers, &out_pointers), (&in_before, &out_before), "and where the samples are");
    let bits = |samples: &[f32]| samples.iter().map(|sample| sample.to_bits()).collect::<Vec<_>>();
    for (channel, samples) in ins.iter().zip(input) {
        assert_eq!(bits(&channel[..frames]), bits(samples), "the input is the host's");
        assert!(channel[frames..].iter().all(|sample| sample.to_bits() == UNTOUCHED));
    }
    for channel in &outs {
        let left = channel[..frames].iter().filter(|sample| sample.to_bits() == UNTOUCHED).count();
        assert_eq!(left, 0, "samples of the block that nobody wrote");
        assert!(channel[frames..].iter().all(|sample| sample.to_bits() == UNTOUCHED), "written past the block's end");
        assert!(channel[..frames].iter().all(|sample| sample.is_finite()));
        let subnormal = channel[..frames].iter().find(|sample| sample.is_subnormal());
        assert_eq!(subnormal, None, "numbers so small make machines slow");
    }
    (outs.iter().map(|channel| channel[..frames].to_vec()).collect(), out_mask)
}

fn wires(settings: &ChainSettings) -> Vec<Wire> {
    events(settings, 0).iter().map(|event| Wire::value(0, event.param, event.value)).collect()
}

/// A piece of each channel of something.
fn piece(of: &[Vec<f32>], from: usize, frames: usize) -> Vec<Vec<f32>> {
    of.iter().map(|channel| channel[from..from + frames].to_vec()).collect()
}

#[test]
fn a_block_is_written_from_its_first_sample_to_its_last_and_nothing_else_is_touched() {
    const FRAMES: [usize; 6] = [MOST, 1, 333, 64, 511, 17];
    for channels in [1, 2] {
        for in_place in [false, true] {
            for setting in [ChainSettings::default(), busy()] {
                let raw = playing(channels, &setting);
                let song = song(FRAMES.iter().sum())[..channels as usize].to_vec();
                let mut from = 0;
                for (round, frames) in FRAMES.into_iter().enumerate() {
                    let mask = [0, u64::MAX, 2][round % 3];
                    play_guarded(&raw, &piece(&song, from, frames), in_place, mask, &[]);
                    from += frames;
                }
            }
        }
    }
}

#[test]
fn what_the_mask_of_the_input_says_changes_nothing() {
    let play = |mask: u64| {
        let raw = playing(2, &busy());
        let song = song(4 * MOST);
        let block = |round: usize| play_guarded(&raw, &piece(&song, round * MOST, MOST), false, mask, &[]).0;
        let silence = vec![vec![0.0; MOST]; 2];
        let quiet = (0..4).map(|_| play_guarded(&raw, &silence, false, mask, &[]).0).collect::<Vec<_>>();
        let loud: Vec<_> = (0..4).map(block).collect();
        (quiet, loud)
    };
    assert!(play(0) == play(u64::MAX), "sound is played that a mask calls constant");
}

/// Each kind of number too small for the machine's own arithmetic, and silence after sound, which decays through them.
#[test]
fn nothing_comes_out_that_is_too_small_for_a_machine() {
    for channels in [1, 2] {
        for phase in [0.0, 1.0] {
            let mut setting = busy();
            field("eq_phase").expect("a field").set(&mut setting, phase);
            let raw = playing(channels, &setting);
            let mut random = Random::new(4);
            let mut tiny = |_| f32::from_bits((random.bits() & 0x807f_ffff).max(1));
            let tiny: Vec<Vec<f32>> = (0..channels).map(|_| (0..MOST).map(&mut tiny).collect()).collect();
            assert!(tiny.iter().flatten().all(|sample| sample.is_subnormal()));
            let silence = vec![vec![0.0; MOST]; channels as usize];
            for in_place in [false, true] {
                for _ in 0..40 {
                    play_guarded(&raw, &tiny, in_place, 0, &[]);
                }
                let song = song(4 * MOST)[..channels as usize].to_vec();
                for round in 0..4 {
                    play_guarded(&raw, &piece(&song, round * MOST, MOST), in_place, 0, &[]);
                }
                for _ in 0..200 {
                    play_guarded(&raw, &silence, in_place, 0, &[]);
                }
            }
        }
    }
}

/// Which channels of a stereo output hold one number all through, and which are said to.
fn constant(output: &[Vec<f32>], mask: u64) -> [[bool; 2]; 2] {
    let is = array::from_fn(|channel| output[channel].iter().all(|sample| *sample == output[channel][0]));
    [is, array::from_fn(|channel| mask & 1 << channel != 0)]
}

#[test]
fn silence_is_told_once_the_sound_has_ended_and_sound_never_is() {
    let raw = playing(2, &busy());
    let tail = raw.tail() as usize;
    let song = song(8 * MOST);
    for round in 0..8 {
        let (output, mask) = play_guarded(&raw, &piece(&song, round * MOST, MOST), round % 2 == 0, u64::MAX, &[]);
        let [is, told] = constant(&output, mask);
        assert_eq!(told, is);
        // The first block begins with the latency's silence.
        assert!(round == 0 || told == [false, false], "block {round} sounds");
    }
    let silence = vec![vec![0.0; MOST]; 2];
    let mut last = [false, false];
    for round in 0..(tail / MOST + 400) {
        let (output, mask) = play_guarded(&raw, &silence, round % 2 == 0, 0, &[]);
        let [is, told] = constant(&output, mask);
        assert_eq!(told, is, "block {round} of silence");
        last = told;
    }
    assert_eq!(last, [true, true], "a host may let it sleep");
    // One channel alone, by a way that leaves it alone.
    raw.flush(&[Wire::value(0, number("bypass"), 1.0)]);
    let mut one_sided = silence.clone();
    one_sided[0] = song[0][..MOST].to_vec();
    let heard = (0..200).map(|_| {
        let (output, mask) = play_guarded(&raw, &one_sided, false, 0, &[]);
        constant(&output, mask)
    });
    assert!(heard.into_iter().all(|[is, told]| is == told));
    let (_, mask) = play_guarded(&raw, &one_sided, false, 0, &[]);
    assert_eq!(mask, 2, "the right channel alone is silent");
    // A block of one sample is constant whatever it is.
    assert_eq!(play_guarded(&raw, &piece(&one_sided, 40, 1), false, 0, &[]).1, 3);
}

#[test]
fn the_tail_is_known_from_activation_and_nothing_sounds_after_it() {
    for phase in [0.0, 1.0] {
        let raw = Raw::new();
        raw.flush(&[Wire::value(0, number("eq_phase"), phase)]);
        assert!(raw.activate(RATE_HZ, MOST as u32) && raw.start());
        let tail = raw.tail();
        assert!(tail >= raw.latency(), "{tail}");
        let mut setting = busy();
        field("eq_phase").expect("a field").set(&mut setting, phase as f32);
        let song = song(40 * MOST);
        for round in 0..40 {
            let events = if round == 0 { wires(&setting) } else { Vec::new() };
            play_guarded(&raw, &piece(&song, round * MOST, MOST), true, 0, &events);
            assert_eq!(raw.tail(), tail, "before and after a block");
        }
        let silence = vec![vec![0.0; MOST]; 2];
        let blocks = tail as usize / MOST + 10;
        let after: Vec<_> = (0..blocks).map(|_| play_guarded(&raw, &silence, true, 0, &[]).0).collect();
        for channel in 0..2 {
            let after: Vec<f32> = after.iter().flat_map(|block| block[channel].iter().copied()).collect();
            let loudest = after[tail as usize..].iter().fold(0.0f32, |loudest, sample| loudest.max(sample.abs()));
            assert!(loudest < 1e-6, "{loudest} after {tail} frames");
        }
        raw.stop();
        raw.deactivate();
    }
}
