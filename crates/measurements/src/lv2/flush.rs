//! Flushes denormals to zero while a plugin runs: hosts do, and plugins rely on it for their speed.

/// Runs `work` with denormals flushed to zero, and puts the processor's mode back.
#[cfg(target_arch = "x86_64")]
pub fn flushed(work: impl FnOnce()) {
    /// Flush results to zero, take denormal operands as zero.
    const FLUSH: u32 = 0x8040;
    let mut before = 0u32;
    // SAFETY: reads the control register of this thread into a local.
    unsafe { std::arch::asm!("stmxcsr [{}]", in(reg) &mut before, options(nostack)) };
    let during = before | FLUSH;
    // SAFETY: sets this thread's mode; only the plugin's code computes until it is put back below.
    unsafe { std::arch::asm!("ldmxcsr [{}]", in(reg) &during, options(nostack)) };
    work();
    // SAFETY: as found.
    unsafe { std::arch::asm!("ldmxcsr [{}]", in(reg) &before, options(nostack)) };
}

/// Runs `work` with denormals flushed to zero, and puts the processor's mode back.
#[cfg(target_arch = "aarch64")]
pub fn flushed(work: impl FnOnce()) {
    /// Bit FZ of FPCR.
    const FLUSH: u64 = 1 << 24;
    let before: u64;
    // SAFETY: reads the control register of this thread.
    unsafe { std::arch::asm!("mrs {}, fpcr", out(reg) before, options(nostack)) };
    // SAFETY: sets this thread's mode; only the plugin's code computes until it is put back below.
    unsafe { std::arch::asm!("msr fpcr, {}", in(reg) before | FLUSH, options(nostack)) };
    work();
    // SAFETY: as found.
    unsafe { std::arch::asm!("msr fpcr, {}", in(reg) before, options(nostack)) };
}

/// Runs `work`; this processor's mode is left as it is.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub fn flushed(work: impl FnOnce()) {
    work();
}
