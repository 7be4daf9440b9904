//! What no host should do, and some does: the answer is silence and an error, never the end of the host's process.

use std::{ptr, thread};

use clap_sys::process::{CLAP_PROCESS_CONTINUE, CLAP_PROCESS_ERROR};

use super::{
    raw::{Block, Raw, Wire},
    *,
};

const FRAMES: usize = 64;
/// What the host left in its buffers, and around them.
const LEFT_OVER: f32 = 0.625;

/// Buffers of the host's, each with a margin that nobody may touch.
struct Buffers(Vec<Vec<f32>>, usize);

impl Buffers {
    fn new(channels: usize, frames: usize) -> Self {
        Self(vec![vec![LEFT_OVER; frames + 64]; channels], frames)
    }

    fn of(channels: &[Vec<f32>; 2]) -> Self {
        let mut buffers = Self::new(2, channels[0].len());
        for (buffer, channel) in buffers.0.iter_mut().zip(channels) {
            buffer[..channel.len()].copy_from_slice(channel);
        }
        buffers
    }

    fn pointers(&mut self) -> Vec<*mut f32> {
        self.0.iter_mut().map(Vec::as_mut_ptr).collect()
    }

    /// The samples, once the margins have been looked at.
    fn samples(&self) -> Vec<&[f32]> {
        let whole = |buffer: &Vec<f32>| buffer[self.1..].iter().all(|sample| *sample == LEFT_OVER);
        assert!(self.0.iter().all(whole), "written past the block's end");
        self.0.iter().map(|buffer| &buffer[..self.1]).collect()
    }

    fn is_silent(&self) -> bool {
        self.samples().into_iter().flatten().all(|sample| *sample == 0.0)
    }
}

fn block<'a>(frames: usize, inputs: &'a mut [*mut f32], outputs: &'a mut [*mut f32], events: &'a [Wire]) -> Block<'a> {
    let (inputs, outputs) = (Some(inputs), Some(outputs));
    Block { frames: frames as u32, inputs, outputs, events, transport: ptr::null(), mask: 0 }
}

/// Plays both channels, not in place, and gives what came out.
fn play_raw(raw: &Raw, input: &[Vec<f32>; 2], events: &[Wire]) -> [Vec<f32>; 2] {
    let (mut inputs, mut outputs) = (Buffers::of(input), Buffers::new(2, input[0].len()));
    let (status, _) = raw.process(block(input[0].len(), &mut inputs.pointers(), &mut outputs.pointers(), events));
    assert_eq!(status, CLAP_PROCESS_CONTINUE);
    assert_eq!(inputs.samples(), [&input[0][..], &input[1][..]], "the input is the host's");
    let samples = outputs.samples();
    [samples[0].to_vec(), samples[1].to_vec()]
}

/// What the chain makes of `input`, whose settings change at a frame.
fn chain(input: &[Vec<f32>; 2], before: &ChainSettings, at: usize, after: &ChainSettings) -> [Vec<f32>; 2] {
    let mut chain = lacquer::dsp::Chain::new(RATE_HZ, before.eq.phase);
    let [mut left, mut right] = input.clone();
    let at = at.min(left.len());
    chain.process(before, &mut left[..at], &mut right[..at]);
    chain.process(after, &mut left[at..], &mut right[at..]);
    [left, right]
}

fn wires(settings: &ChainSettings, time: u32) -> Vec<Wire> {
    events(settings, 0).iter().map(|event| Wire::value(time, event.param, event.value)).collect()
}

#[test]
fn a_block_before_activation_or_after_it_is_silence_and_an_error() {
    let raw = Raw::new();
    let play = |raw: &Raw| {
        let mut buffers = Buffers::new(2, FRAMES);
        let mut pointers = buffers.pointers();
        let answer = raw.process(block(FRAMES, &mut pointers.clone(), &mut pointers, &[]));
        (answer.0, buffers.is_silent())
    };
    assert_eq!(play(&raw), (CLAP_PROCESS_ERROR, true), "never activated");
    assert!(raw.start(), "a host may even start it");
    assert_eq!(play(&raw), (CLAP_PROCESS_ERROR, true), "started but not activated");
    raw.stop();
    assert!(!raw.activate(100.0, 64), "no such rate");
    assert_eq!(play(&raw), (CLAP_PROCESS_ERROR, true), "activation refused");
    assert!(raw.activate(RATE_HZ, 64) && raw.start());
    assert_eq!(play(&raw).0, CLAP_PROCESS_CONTINUE);
    raw.stop();
    raw.deactivate();
    assert_eq!(play(&raw), (CLAP_PROCESS_ERROR, true), "deactivated");
}

#[test]
fn buffers_that_are_missing_or_too_many_give_silence_and_an_error_and_parameters_hold() {
    let raw = Raw::new();
    assert!(raw.activate(RATE_HZ, FRAMES as u32) && raw.start());
    let gain = number("input_gain");
    let mut tried = 0;
    for inputs in 0..=6 {
        for outputs in 0..=6 {
            for hole in [None, Some(false), Some(true)] {
                let (mut input, mut output) = (Buffers::new(inputs, FRAMES), Buffers::new(outputs, FRAMES));
                let (mut input, mut output_pointers) = (input.pointers(), output.pointers());
                match hole {
                    Some(false) if inputs > 0 => input[inputs - 1] = ptr::null_mut(),
                    Some(true) if outputs > 0 => output_pointers[outputs - 1] = ptr::null_mut(),
                    None => (),
                    _ => continue,
                }
                if (inputs, outputs, hole) == (2, 2, None) {
                    continue;
                }
                tried += 1;
                let value = f64::from(tried) / 200.0;
                let events = [Wire::value(0, gain, value)];
                let (status, _) = raw.process(block(FRAMES, &mut input, &mut output_pointers, &events));
                assert_eq!(status, CLAP_PROCESS_ERROR, "{inputs} in, {outputs} out, hole {hole:?}");
                let written = if hole == Some(true) { outputs - 1 } else { outputs };
                assert!(output.samples()[..written].iter().copied().flatten().all(|sample| *sample == 0.0));
                assert!((raw.value(gain) - value).abs() < 1e-6, "the event within holds");
            }
        }
    }
    assert!(tried > 100, "{tried}");
    for (inputs, outputs) in [(false, false), (false, true), (true, false)] {
        let (mut input, mut output) = (Buffers::new(2, FRAMES), Buffers::new(2, FRAMES));
        let (mut input, mut output_pointers) = (input.pointers(), output.pointers());
        let (inputs, outputs) = (inputs.then_some(&mut input[..]), outputs.then_some(&mut output_pointers[..]));
        let silent = outputs.is_some();
        let call = Block { frames: FRAMES as u32, inputs, outputs, events: &[], transport: ptr::null(), mask: 0 };
        assert_eq!(raw.process(call).0, CLAP_PROCESS_ERROR);
        assert_eq!(output.is_silent(), silent);
    }
    // A good block after all that is played.
    raw.flush(&[Wire::value(0, gain, 0.5)]);
    assert_eq!(play_raw(&raw, &song(FRAMES), &[])[0].len(), FRAMES);
}

#[test]
fn a_block_of_no_frames_takes_parameters_and_moves_no_time() {
    let input = song(4 * FRAMES);
    let raw = Raw::new();
    assert!(raw.activate(RATE_HZ, 4 * FRAMES as u32) && raw.start());
    let mut buffers = Buffers::new(2, FRAMES);
    let mut pointers = buffers.pointers();
    for time in [0, 1, 99, u32::MAX] {
        let events = wires(&busy(), time);
        let answer = raw.process(block(0, &mut pointers.clone(), &mut pointers, &events));
        assert_ne!(answer.0, CLAP_PROCESS_ERROR);
    }
    assert_eq!(buffers.samples(), [&[LEFT_OVER; FRAMES]; 2], "nothing is written");
    assert_eq!(play_raw(&raw, &input, &[]), chain(&input, &busy(), 0, &busy()));
}

#[test]
fn a_block_far_longer_than_agreed_is_played_like_any() {
    let input = song(1 << 19);
    let raw = Raw::new();
    assert!(raw.activate(RATE_HZ, 32) && raw.start());
    assert_eq!(play_raw(&raw, &input, &wires(&busy(), 0)), chain(&input, &busy(), 0, &busy()));
}

#[test]
fn events_at_the_blocks_end_and_past_it_hold_at_its_last_frame() {
    let input = song(2 * FRAMES);
    for time in [FRAMES as u32 - 1, FRAMES as u32, FRAMES as u32 + 1, 5000, u32::MAX] {
        let raw = Raw::new();
        assert!(raw.activate(RATE_HZ, FRAMES as u32) && raw.start());
        let halves = [0, FRAMES].map(|start| input.each_ref().map(|channel| channel[start..start + FRAMES].to_vec()));
        let first = play_raw(&raw, &halves[0], &wires(&busy(), time));
        let second = play_raw(&raw, &halves[1], &[]);
        let whole = [0, 1].map(|channel| [first[channel].as_slice(), &second[channel]].concat());
        assert_eq!(whole, chain(&input, &ChainSettings::default(), FRAMES - 1, &busy()), "at {time}");
    }
}

/// What each says would be heard and saved, were it believed; and another parameter is set ahead of it, by which its time counts from there.
#[test]
fn events_of_no_known_kind_length_or_parameter_are_passed_over() {
    let input = song(FRAMES);
    let (gain, other) = (number("input_gain"), number("output_gain"));
    let whole = Wire::value(40, gain, 0.9);
    // SAFETY: every variant begins with the header.
    let (size, kind) = unsafe { (whole.header.size, whole.header.type_) };
    let heard = |events: &[Wire]| {
        let raw = Raw::new();
        assert!(raw.activate(RATE_HZ, FRAMES as u32) && raw.start());
        let output = play_raw(&raw, &input, events);
        raw.flush(events);
        (output, raw.values(), raw.saved())
    };
    let ahead = Wire::value(30, other, 0.4);
    let (without, with) = (heard(&[ahead]), heard(&[ahead, whole]));
    assert!(with.1 != without.1 && with.2 != without.2, "it would be read and saved");
    for (bytes, space, type_, time) in [
        (0, 0, kind, 40),
        (0, 0, kind, 99),
        (1, 0, kind, 99),
        (16, 0, kind, 40),
        (16, 0, kind, 99),
        (size - 1, 0, kind, 40),
        (u32::MAX, 0, kind, 99),
        (size, 7, kind, 40),
        (size, 0xb33f, kind, 99),
        (size, u16::MAX, kind, 0),
        (size, 0, 999, 40),
        (size, u16::MAX, 0, 40),
        (16, 0, 6, 40),
        (16, 0, 9, 40),
        (16, 0, 10, 99),
    ] {
        let mut odd = whole;
        // SAFETY: as above.
        let header = unsafe { &mut odd.header };
        (header.size, header.space_id, header.type_, header.time) = (bytes, space, type_, time);
        assert!(heard(&[ahead, odd]) == without, "{bytes} bytes of space {space}, kind {type_}, at {time}");
        assert!(heard(&[odd, ahead]).1 == without.1, "and ahead of all others");
        assert!(heard(&[ahead, odd, whole]).1 == with.1, "a good one among them is found");
    }
    assert!(heard(&[ahead, Wire::value(40, 12_345, 0.9)]) == without, "no such parameter");
}

#[test]
fn values_that_are_none_leave_every_parameter_in_its_range() {
    let mut shown = plugin();
    let params = shown.params();
    let raw = Raw::new();
    assert!(raw.activate(RATE_HZ, 512) && raw.start());
    let input = song(512);
    for wild in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, -0.5, 1e9, 2.5, f64::MIN_POSITIVE] {
        let wild: Vec<_> = params.iter().map(|param| Wire::value(7, param.id, wild)).collect();
        for by_flush in [false, true] {
            if by_flush {
                raw.flush(&wild);
            }
            let events = if by_flush { &[][..] } else { &wild };
            let output = play_raw(&raw, &input, events);
            assert!(output.iter().flatten().all(|sample| sample.is_finite()));
            for param in &params {
                let value = raw.value(param.id);
                assert!((param.min..=param.max).contains(&value), "{} is {value}", param.name);
            }
        }
    }
    // And all is as ever once they are brought back.
    let back: Vec<_> = params.iter().map(|param| Wire::value(0, param.id, param.default)).collect();
    raw.flush(&back);
    raw.stop();
    raw.deactivate();
    assert!(raw.activate(RATE_HZ, 512) && raw.start());
    let neutral = ChainSettings::default();
    assert_eq!(play_raw(&raw, &input, &[]), chain(&input, &neutral, 0, &neutral));
}

#[test]
fn two_threads_may_play_flush_activate_and_save_at_once() {
    let raw = Raw::new();
    assert!(raw.activate(RATE_HZ, FRAMES as u32) && raw.start());
    let play = || {
        for round in 0..400 {
            let mut buffers = Buffers::of(&song(FRAMES));
            let mut pointers = buffers.pointers();
            let events = [Wire::value(round % 64, number("input_gain"), f64::from(round) / 400.0)];
            raw.process(block(FRAMES, &mut pointers.clone(), &mut pointers, &events));
            assert!(buffers.samples().into_iter().flatten().all(|sample| sample.is_finite()));
        }
    };
    thread::scope(|scope| {
        let players = [scope.spawn(play), scope.spawn(play)];
        for round in 0..40 {
            raw.flush(&[Wire::value(0, number("output_gain"), f64::from(round) / 40.0)]);
            let saved = raw.save(usize::MAX, usize::MAX).expect("saves");
            assert!(raw.load(&saved, usize::MAX, usize::MAX));
            if round % 8 == 7 {
                raw.deactivate();
                assert!(raw.activate(RATE_HZ, FRAMES as u32) && raw.start());
            }
        }
        players.into_iter().for_each(|player| player.join().expect("it lives"));
    });
    // How many of their blocks are played is the system's affair: whoever comes in between is refused. Afterwards all is as it was.
    let mut buffers = Buffers::of(&song(FRAMES));
    let mut pointers = buffers.pointers();
    let (status, _) = raw.process(block(FRAMES, &mut pointers.clone(), &mut pointers, &[]));
    assert_ne!(status, CLAP_PROCESS_ERROR, "it plays when it is left alone again");
    assert_eq!(play_raw(&raw, &song(FRAMES), &[])[0].len(), FRAMES);
}

#[test]
fn streams_that_break_are_a_failure_and_change_nothing() {
    let (first, second) = (Raw::new(), Raw::new());
    first.flush(&wires(&busy(), 0));
    let saved = first.save(usize::MAX, usize::MAX).expect("saves");
    let neutral = second.save(usize::MAX, usize::MAX).expect("saves");
    for room in [0, 1, 7, 8, 9, saved.len() / 2, saved.len() - 1] {
        assert_eq!(first.save(5, room), None, "only {room} bytes could be written");
        assert!(!second.load(&saved, 5, room), "only {room} bytes could be read");
        assert_eq!(second.save(3, usize::MAX).as_ref(), Some(&neutral));
    }
    for most in [1, 3, 4096] {
        assert_eq!(first.save(most, usize::MAX).as_ref(), Some(&saved), "{most} bytes at a time");
        assert!(second.load(&saved, most, usize::MAX));
        assert_eq!(second.save(usize::MAX, usize::MAX).as_ref(), Some(&saved));
    }
}
