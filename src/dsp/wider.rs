//! Functions compiled twice: for every processor, and for those with vectors of eight lanes, chosen when they run.
//!
//! Neither contracts nor reorders anything, so both give the same bits. Inner loops are functions of their own for this: the
//! compiler makes whole vectors of a loop over fixed lanes as long as little is around it.

/// Whether the processor has AVX2.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub fn has_avx2() -> bool {
    #[cfg(test)]
    if NARROW.get() {
        return false;
    }
    std::arch::is_x86_feature_detected!("avx2")
}

#[cfg(test)]
thread_local! {
    /// Makes this thread's calls take what every processor can do.
    pub static NARROW: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Defines a function that takes wider instructions where the processor has them.
macro_rules! wider {
    (
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident $(<const $count:ident: usize>)? ($($argument:ident: $type:ty),* $(,)?)
        $(-> $result:ty)? $body:block
    ) => {
        $(#[$attribute])*
        $visibility fn $name $(<const $count: usize>)? ($($argument: $type),*) $(-> $result)? {
            #[inline(always)]
            fn any $(<const $count: usize>)? ($($argument: $type),*) $(-> $result)? $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn avx2 $(<const $count: usize>)? ($($argument: $type),*) $(-> $result)? {
                    any($($argument),*)
                }
                if $crate::dsp::wider::has_avx2() {
                    // SAFETY: the processor has AVX2, which is all that the function needs.
                    return unsafe { avx2($($argument),*) };
                }
            }
            any($($argument),*)
        }
    };
}
pub(crate) use wider;
