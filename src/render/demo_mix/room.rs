//! The demo mix's room: a reverberator of parallel combs and allpasses in series (Schroeder 1962; damping after Moorer 1979).

/// Delays of the combs, ms: without common factors, so that no tone rings.
const COMBS_MS: [f64; 6] = [29.7, 34.1, 37.3, 41.1, 43.7, 47.9];
const ALLPASSES_MS: [f64; 2] = [5.0, 1.7];
/// How much longer the right side's delays are: the two sides then have nothing in common but the room.
const SPREAD_MS: f64 = 0.63;

/// The reverberation of `send` on both sides, `decay_s` long (-60 dB).
pub(super) fn reverberate(send: &[f64], rate_hz: f64, decay_s: f64) -> [Vec<f64>; 2] {
    [0.0, SPREAD_MS].map(|spread_ms| {
        let mut wet = vec![0.0; send.len()];
        for delay_ms in COMBS_MS {
            let delay_s = (delay_ms + spread_ms) / 1000.0;
            let feedback = 10f64.powf(-3.0 * delay_s / decay_s);
            let mut line = vec![0.0; (delay_s * rate_hz) as usize];
            let (mut position, mut damped) = (0, 0.0);
            // One pole at about 3 kHz: air and curtains.
            let damping = 1.0 - (-std::f64::consts::TAU * 3000.0 / rate_hz).exp();
            for (out, input) in wet.iter_mut().zip(send) {
                let late = line[position];
                damped += damping * (late - damped);
                line[position] = input + feedback * damped;
                position = (position + 1) % line.len();
                *out += late / COMBS_MS.len() as f64;
            }
        }
        for delay_ms in ALLPASSES_MS {
            let mut line = vec![0.0; ((delay_ms + 0.3 * spread_ms) / 1000.0 * rate_hz) as usize];
            let mut position = 0;
            for sample in &mut wet {
                let late = line[position];
                let into = *sample + 0.6 * late;
                *sample = late - 0.6 * into;
                line[position] = into;
                position = (position + 1) % line.len();
            }
        }
        wet
    })
}
