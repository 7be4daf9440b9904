//! The format's rules for what the plugin asks of its host, and for what is made and taken away.

use std::thread;

use clap_sys::{ext::params::CLAP_PARAM_RESCAN_VALUES, process::CLAP_PROCESS_CONTINUE};

use super::{
    host::{Call, During, Host, Told},
    random::Random,
    raw::{ID, Raw, Wire, factory},
    *,
};

/// Plays so many blocks on a thread of their own, each with its events; gives what was told meanwhile.
fn play_aside(raw: &Raw, blocks: &[Vec<Wire>]) -> Vec<Told> {
    assert_eq!(raw.host.take_told(), [], "nothing is left from before");
    thread::scope(|scope| {
        let player = || {
            assert!(raw.start());
            for events in blocks {
                let mut buffers = song(512);
                assert_eq!(raw.play(&mut buffers, events), CLAP_PROCESS_CONTINUE);
                assert!(buffers.iter().flatten().all(|sample| sample.is_finite()));
            }
            raw.stop();
        };
        scope.spawn(player).join().expect("the audio thread lives");
    });
    raw.host.take_told()
}

/// Loads a state on the main thread; gives whether it was taken, and what was told meanwhile.
fn load(raw: &Raw, state: &[u8]) -> (bool, Vec<Told>) {
    raw.host.take_told();
    let is_taken = raw.load(state, usize::MAX, usize::MAX);
    (is_taken, raw.host.take_told())
}

#[test]
fn whatever_is_automated_the_host_is_asked_on_the_right_threads_at_the_right_times() {
    let raw = Raw::well_hosted();
    let params = raw.params();
    let mut random = Random::new(20);
    assert!(raw.activate(RATE_HZ, 512));
    raw.settle();
    let (mut restarts, mut latencies) = (0, 0);
    for round in 0..50 {
        let at_bounds = round % 2 == 1;
        let blocks: Vec<Vec<Wire>> = (0..5)
            .map(|_| {
                let wire = |param: &clap_sys::ext::params::clap_param_info| {
                    let share = if at_bounds { f64::from(random.below(2)) } else { random.share() };
                    Wire::value(0, param.id, param.min_value + share * (param.max_value - param.min_value))
                };
                params.iter().map(wire).collect()
            })
            .collect();
        raw.host.take_told();
        let told = play_aside(&raw, &blocks);
        for told in &told {
            assert!(!told.on_main, "{told:?} while another thread played");
            assert!(
                matches!(told.call, Call::Callback | Call::Restart | Call::Process),
                "{told:?} on the audio thread"
            );
        }

        // What was asked for is met on the main thread, until nothing is left.
        raw.settle();
        let mut rounds = 0;
        while raw.host.take_restart() {
            rounds += 1;
            assert!(rounds <= 10, "it asks for restarts without end");
            raw.deactivate();
            assert!(raw.activate(RATE_HZ, 512));
            raw.settle();
        }
        restarts += rounds;
        let (latency, tail) = (raw.latency(), raw.tail());
        assert!(latency <= tail);
        for told in raw.host.take_told() {
            assert!(told.on_main, "{told:?}");
            match told.call {
                Call::LatencyChanged => {
                    latencies += 1;
                    assert_eq!(told.during, During::Activate, "the latency changes then alone");
                }
                Call::Rescan(_) | Call::Clear | Call::Flush | Call::TailChanged | Call::Dirty => panic!("{told:?}"),
                Call::Extension | Call::Restart | Call::Process | Call::Callback => (),
            }
        }

        // A state that is taken has the host read all values anew; one that is refused says nothing.
        let saved = raw.saved();
        let rescans = |told: &[Told]| {
            let rescan = |told: &&Told| matches!(told.call, Call::Rescan(_));
            told.iter().filter(rescan).copied().collect::<Vec<_>>()
        };
        let rescan = Told { call: Call::Rescan(CLAP_PARAM_RESCAN_VALUES), on_main: true, during: During::Load };
        let (is_taken, told) = load(&raw, &saved);
        assert!(is_taken);
        assert_eq!(rescans(&told), [rescan]);
        let (is_taken, told) = load(&raw, &saved[..saved.len() / 2]);
        assert!(!is_taken);
        assert_eq!(told, []);
    }
    assert!(restarts > 5 && latencies > 5, "{restarts} restarts, {latencies} changes of the latency");
}

#[test]
fn an_instance_may_go_before_it_is_initialised_and_asks_its_host_for_nothing() {
    for offers_all in [false, true] {
        let raw = Raw::made(Host::new(offers_all));
        assert_eq!(raw.host.take_told(), [], "made");
        // The host must outlive what it is given to.
        let Raw { plugin, ref host } = raw;
        // SAFETY: destroyed once, and used no more: it is forgotten below.
        unsafe { (*plugin).destroy.expect("a call")(plugin) };
        assert_eq!(host.take_told(), [], "destroyed");
        std::mem::forget(raw);
    }
}

#[test]
fn nothing_is_made_for_any_other_id() {
    let host = Host::new(true);
    let create = factory().create_plugin.expect("a call");
    let id = ID.to_str().expect("text");
    for other in [format!("{id}x1"), id[..id.len() - 1].to_owned(), id.to_uppercase(), format!(" {id}"), String::new()]
    {
        let other = std::ffi::CString::new(other).expect("no zero");
        // SAFETY: the factory's own call, with a host and a string that last for it.
        assert!(unsafe { create(factory(), host.pointer(), other.as_ptr()).is_null() }, "{other:?}");
    }
    assert_eq!(host.take_told(), []);
}
