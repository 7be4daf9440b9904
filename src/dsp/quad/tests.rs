use proptest::prelude::*;

use super::*;

/// All operations in a row, as (name, result).
#[inline(always)]
fn all<Q: Quad>(a: ScalarQuad, b: ScalarQuad) -> [(&'static str, ScalarQuad); 15] {
    let (a, b) = (Q::load(a), Q::load(b));
    let (exponent, mantissa) = (a * a + Q::splat(1e-300)).split_exponent();
    let (whole, fraction) = b.split_whole();
    [
        ("add", (a + b).store()),
        ("sub", (a - b).store()),
        ("mul", (a * b).store()),
        ("greater", a.greater(b).store()),
        ("lesser", a.lesser(b).store()),
        ("if_greater", a.if_greater(b, a + b, a - b).store()),
        ("even", a.even(b).store()),
        ("odd", a.odd(b).store()),
        ("join", a.join(b).store()),
        ("with_first", a.with_first(b).store()),
        ("rotate", a.rotate().store()),
        ("exponent", exponent.store()),
        ("mantissa", mantissa.store()),
        ("fraction", fraction.store()),
        ("times_two_to", (fraction + Q::splat(1.0)).times_two_to(whole).store()),
    ]
}

#[target_feature(enable = "avx2")]
fn all_wide(a: ScalarQuad, b: ScalarQuad) -> [(&'static str, ScalarQuad); 15] {
    all::<AvxQuad>(a, b)
}

proptest! {
    #[test]
    fn wide_and_scalar_agree_to_the_bit(
        a in prop::array::uniform4(-700f64..700.0),
        b in prop::array::uniform4(-700f64..700.0),
        equal in any::<bool>(),
    ) {
        if std::is_x86_feature_detected!("avx2") {
            let (a, b) = (ScalarQuad(a), ScalarQuad(if equal { a } else { b }));
            // SAFETY: the processor has AVX2.
            let wide = unsafe { all_wide(a, b) };
            for ((name, scalar), (_, wide)) in all::<ScalarQuad>(a, b).iter().zip(wide) {
                prop_assert_eq!(scalar.0.map(f64::to_bits), wide.0.map(f64::to_bits), "{}", name);
            }
        }
    }

    #[test]
    fn exponent_and_mantissa_make_the_number_again(x in 1e-300f64..1e300) {
        let (exponent, mantissa) = ScalarQuad::splat(x).split_exponent();
        prop_assert!((0.5f64.sqrt()..=2f64.sqrt()).contains(&mantissa.0[0]));
        prop_assert_eq!(mantissa.0[0] * exponent.0[0].exp2(), x);
    }
}
