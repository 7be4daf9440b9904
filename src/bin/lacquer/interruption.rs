//! The moment when somebody else ends the program: what is unfinished goes with it.

use std::process;

use lacquer::render::output;

/// What a shell adds to the number of the signal that ended a program.
const SIGNALLED: i32 = 128;
/// The keyboard's interruption, on every system.
const INTERRUPTED: i32 = 2;

/// From here on, an interruption from the keyboard, the order to end and the end of the terminal remove what is unfinished before they
/// end the program, with 128 plus the number of the signal as its exit code. Where no handler can be set they leave a hidden `.part`
/// file behind and do no other harm.
pub fn cleans_up() {
    let _ = ctrlc::set_handler(|| end(INTERRUPTED));
    #[cfg(unix)]
    unix::cleans_up();
}

fn end(signal: i32) {
    output::remove_unfinished();
    process::exit(SIGNALLED + signal);
}

#[cfg(unix)]
mod unix {
    use std::{mem::MaybeUninit, ptr, thread};

    use signal_hook::{
        consts::{SIGHUP, SIGTERM},
        iterator::Signals,
    };

    pub fn cleans_up() {
        // Who starts a program with `nohup` wants it to outlive the terminal.
        let wanted = [SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal));
        if let Ok(mut signals) = Signals::new(wanted) {
            thread::spawn(move || signals.forever().for_each(super::end));
        }
    }

    fn is_ignored(signal: i32) -> bool {
        let mut current = MaybeUninit::<libc::sigaction>::uninit();
        // SAFETY: without a new action, `sigaction` only writes the current one to where the last argument points, which is room for one;
        // it is read only where the call says that it was written.
        unsafe {
            libc::sigaction(signal, ptr::null(), current.as_mut_ptr()) == 0
                && current.assume_init().sa_sigaction == libc::SIG_IGN
        }
    }
}
