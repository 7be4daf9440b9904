//! Real time: [`Chain::process`] asks neither the heap nor the system for anything, whatever the settings, blocks and
//! automation.
//!
//! A lock would show as a system call only while another thread holds it, and no other thread has the chain. So that nothing
//! under `dsp` takes one is read in the source by the second test.

use super::{
    realtime_trap::{NOTHING, prove, watch},
    settings::{any_settings, change_one},
    signals::Noise,
};
use lacquer::{
    dsp::Chain,
    settings::{Choice, Phase},
};
use std::path::Path;

const LONGEST_BLOCK: usize = 8192;

#[test]
fn processing_asks_nobody_for_anything() {
    prove();
    let mut noise = Noise(1);
    let rates = [8_000.0, 44_100.0, 48_000.0, 96_000.0, 384_000.0, 768_000.0];
    for (rate, phase) in rates.into_iter().flat_map(|rate| Phase::ALL.iter().map(move |phase| (rate, *phase))) {
        let mut chain = Chain::new(rate, phase);
        let (mut left, mut right) = (vec![0f32; LONGEST_BLOCK], vec![0f32; LONGEST_BLOCK]);
        let mut settings = any_settings(&mut noise);
        for round in 0..300 {
            // From 1 to 8192, as often short as long; the ends for certain.
            let block = match round {
                0 => 1,
                1 => LONGEST_BLOCK,
                _ => (LONGEST_BLOCK as f32).powf(noise.share()) as usize,
            };
            let amplitude = [1.0, 1e6, 1e-30, 0.0][noise.below(8).saturating_sub(4)];
            for sample in left[..block].iter_mut().chain(&mut right[..block]) {
                *sample = amplitude * (3.0 * noise.share() - 1.5);
            }
            if noise.below(4) == 0 {
                settings = any_settings(&mut noise);
            }
            // Automation: a parameter moves at a sample of its own, up to sixteen times within the block.
            let moves = noise.below(17);
            let mut start = 0;
            for index in 0..=moves {
                let end = if index == moves { block } else { start + noise.below(block - start + 1) };
                let (_, caught) = watch(|| chain.process(&settings, &mut left[start..end], &mut right[start..end]));
                assert_eq!(caught, NOTHING, "blocks of {block} at {rate} Hz, {phase:?} phase: {settings:?}");
                change_one(&mut settings, &mut noise);
                start = end;
            }
        }
        assert_eq!(watch(|| chain.reset()).1, NOTHING, "reset may be called from the audio thread as well");
    }
}

/// What may lock, wait, print or ask the system.
const FORBIDDEN: [&str; 12] = [
    "Mutex",
    "RwLock",
    "Condvar",
    "mpsc",
    "OnceLock",
    "std::fs",
    "std::io",
    "std::time",
    "std::thread",
    "println!",
    "dbg!",
    "log::",
];

#[test]
fn no_source_of_the_chain_names_a_lock_or_a_system_call() {
    fn read(folder: &Path, seen: &mut usize) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("tests") || path.ends_with("tests.rs") {
                continue;
            }
            if path.is_dir() {
                read(&path, seen);
            } else {
                *seen += 1;
                let source = std::fs::read_to_string(&path).unwrap();
                let code = source.split("#[cfg(test)]").next().unwrap_or_default();
                for word in FORBIDDEN {
                    assert!(!code.contains(word), "{} names {word}", path.display());
                }
            }
        }
    }
    let mut seen = 0;
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dsp"), &mut seen);
    assert!(seen > 10, "the sources were found");
}
