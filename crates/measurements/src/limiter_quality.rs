//! What limiting does to the sound besides limiting: distortion of bass, intermodulation, pumping beside drums.
//!
//! Every limiter gets the drive at which it takes 6 dB off, found by its output, so that all do the same work.

use anyhow::Result;
use lacquer::dsp::{db_to_gain, gain_to_db};

use crate::{
    device::render,
    limiters::{FOR_QUALITY, Limiter, Limiting},
    lv2::Host,
    meters::{
        alignment::delay,
        distortion::{intermodulation_db, thd_n_db},
        modulation::modulation,
        recovery::{burst, recovery_ms},
        rms,
        true_peak::TruePeakMeter,
    },
    signals::{HITS_EVERY_S, Stereo, fade_in, hits, shaped, tones},
    table::{Cell, Table},
};

const RATE: f64 = 48_000.0;
const CEILING_DB: f64 = -1.0;
/// The reduction at which all are compared.
const REDUCTION_DB: f64 = 6.0;
/// Times in which the gain comes back after a short burst: all that LSP's limiter reaches, a fast and a usual one for mastering.
const RECOVERIES_MS: [f64; 3] = [5.0, 20.0, 80.0];
/// The recovery is met within this part.
const RECOVERY_TOLERANCE: f64 = 0.05;
/// Release settings among which the one with the wanted recovery is looked for, ms, and the steps of that.
const RELEASES_MS: (f64, f64) = (1.0, 1000.0);
const RELEASE_STEPS: usize = 10;
/// Seconds of a steady signal, and those of them that are measured: everything has settled, and nothing looks ahead to the end.
const STEADY_S: f64 = 4.5;
const MEASURED_S: std::ops::Range<f64> = 2.0..4.0;
const HITS_S: f64 = 9.0;
const TONE_HZ: f64 = 3000.0;
/// The tone beside the drums lies so far below their peaks.
const TONE_DB: f64 = -20.0;
/// The drums leave so much room on each side of the tone.
const ROOM_HZ: f64 = 1000.0;
/// Steps in which the drive is found.
const STEPS: usize = 6;

/// One table for each recovery time.
///
/// # Errors
/// When a peer does not start.
pub fn tables(host: Option<&Host>) -> Result<Vec<Table>> {
    RECOVERIES_MS.iter().map(|recovery_ms| table(host, *recovery_ms)).collect()
}

fn table(host: Option<&Host>, recovery_ms: f64) -> Result<Table> {
    let note = format!(
        "All at a ceiling of −1 dB and {:.0} kHz, each with its release set so that after a burst of 20 ms the reduction falls to its \
         e-th part in {recovery_ms:.0} ms (within 5 %; a limiter that cannot is left out), and driven until its output shows \
         {REDUCTION_DB:.0} dB of reduction (of the level of steady signals, of the true peaks of hits). THD+N: 100 Hz, all else up to half the sample rate over the tone. Intermodulation: \
         60 Hz and 7 kHz, 4 : 1 (SMPTE). Beside drums (120 hits a minute, their band around 3 kHz empty) a tone of 3 kHz 20 dB below \
         their peaks: pumping is the RMS deviation of its level; roughness what is added within 1 kHz of it, 20 Hz or more away. \
         Lower is better; the best is bold.",
        0.001 * RATE
    );
    let title = format!("Limiters that recover in {recovery_ms:.0} ms");
    let columns = ["limiter", "THD+N, dB", "intermodulation, dB", "pumping, dB", "roughness, dB", "release set to, ms"];
    let mut table = Table::new(&title, &note, columns);
    for limiter in FOR_QUALITY {
        if limiter.is_peer() && host.is_none() {
            continue;
        }
        let Some(subject) = Subject::recovering_in(recovery_ms, limiter, host)? else { continue };
        let [pumping, roughness] = subject.beside_drums()?;
        let cells = vec![
            Cell::signed(subject.distortion()?, 1),
            Cell::signed(subject.intermodulation()?, 1),
            Cell::number(pumping, 2),
            Cell::signed(roughness, 1),
            Cell::number(subject.release_ms, 1),
        ];
        table.push(limiter.name, cells);
    }
    table.mark_lowest(0..4);
    Ok(table)
}

struct Subject<'a> {
    host: Option<&'a Host>,
    limiter: Limiter,
    release_ms: f64,
}

impl<'a> Subject<'a> {
    /// The limiter with the release that lets its gain come back in `recovery_ms`, if it has one.
    fn recovering_in(recovery_ms: f64, limiter: Limiter, host: Option<&'a Host>) -> Result<Option<Self>> {
        let mut subject = Subject { host, limiter, release_ms: 0.0 };
        let (mut low, mut high) = (RELEASES_MS.0, RELEASES_MS.1.min(limiter.longest_release_ms()));
        for _ in 0..RELEASE_STEPS {
            subject.release_ms = (low * high).sqrt();
            let ratio = subject.recovery()? / recovery_ms;
            if (ratio - 1.0).abs() < 0.3 * RECOVERY_TOLERANCE {
                break;
            }
            if ratio < 1.0 {
                low = subject.release_ms;
            } else {
                high = subject.release_ms;
            }
        }
        let met = (subject.recovery()? / recovery_ms - 1.0).abs() <= RECOVERY_TOLERANCE;
        Ok(met.then_some(subject))
    }

    /// The output when the limiter is driven so that `reduction_db` of it and the drive is [`REDUCTION_DB`].
    fn at_reduction(&self, signal: &Stereo, reduction_db: impl Fn(&[f64], f64) -> f64) -> Result<Vec<f64>> {
        let mut drive_db = REDUCTION_DB;
        let mut output = Vec::new();
        for _ in 0..STEPS {
            let limiting = Limiting { ceiling_db: CEILING_DB, drive_db, release_ms: self.release_ms };
            let mut device = self.limiter.open(self.host, limiting, signal.sample_rate)?;
            output = render(&mut *device, signal).left();
            let missing_db = REDUCTION_DB - reduction_db(&output, drive_db);
            if missing_db.abs() < 0.02 {
                break;
            }
            drive_db = (drive_db + missing_db).clamp(-10.0, 24.0);
        }
        Ok(output)
    }

    fn steady(&self, partials: &[(f64, f64, f64)]) -> Result<Vec<f64>> {
        let mut samples = tones(RATE, STEADY_S, partials);
        fade_in(&mut samples, 0.1, RATE);
        let measured = (MEASURED_S.start * RATE) as usize..(MEASURED_S.end * RATE) as usize;
        let level_db = gain_to_db(rms(&samples[measured.clone()]));
        let output = self.at_reduction(&Stereo::mono(RATE, &samples), |output, drive_db| {
            level_db + drive_db - gain_to_db(rms(&output[measured.clone()]))
        })?;
        Ok(output[measured].to_vec())
    }

    /// Time in which the gain comes back after a short burst, ms.
    fn recovery(&self) -> Result<f64> {
        let signal = Stereo::mono(RATE, &burst(CEILING_DB, RATE));
        let limiting = Limiting { ceiling_db: CEILING_DB, drive_db: REDUCTION_DB, release_ms: self.release_ms };
        let mut device = self.limiter.open(self.host, limiting, RATE)?;
        let output = render(&mut *device, &signal).left();
        let late = delay(&signal.left(), &output).round().max(0.0) as usize;
        Ok(recovery_ms(&output[late..], RATE))
    }

    fn distortion(&self) -> Result<f64> {
        let output = self.steady(&[(100.0, db_to_gain(CEILING_DB), 0.0)])?;
        Ok(thd_n_db(&output, 100.0, RATE))
    }

    fn intermodulation(&self) -> Result<f64> {
        let peak = db_to_gain(CEILING_DB);
        let output = self.steady(&[(60.0, 0.8 * peak, 0.0), (7000.0, 0.2 * peak, 0.0)])?;
        Ok(intermodulation_db(&output, 60, 7000, RATE))
    }

    /// Pumping and roughness of a tone beside drums, dB.
    fn beside_drums(&self) -> Result<[f64; 2]> {
        let drums = shaped(&hits(RATE, HITS_S), RATE, |hz| f64::from(u8::from((hz - TONE_HZ).abs() > ROOM_HZ)));
        let drums = Stereo::with_peak(RATE, [drums.clone(), drums], CEILING_DB).left();
        let tone = tones(RATE, HITS_S, &[(TONE_HZ, db_to_gain(CEILING_DB + TONE_DB), 0.0)]);
        let sum: Vec<f64> = drums.iter().zip(&tone).map(|(drum, tone)| drum + tone).collect();
        let meter = TruePeakMeter::new();
        let peaks_db = hit_peaks_db(&meter, &sum);
        let output = self.at_reduction(&Stereo::mono(RATE, &sum), |output, drive_db| {
            let out_db = hit_peaks_db(&meter, output);
            peaks_db.iter().zip(&out_db).map(|(before, after)| before + drive_db - after).sum::<f64>()
                / out_db.len() as f64
        })?;
        let found = modulation(&output, TONE_HZ, ROOM_HZ, RATE);
        Ok([found.depth_db, found.roughness_db])
    }
}

/// The true peak of each hit, dB. Not the samples' peak: a limiter that clips would seem to do more than it does.
fn hit_peaks_db(meter: &TruePeakMeter, samples: &[f64]) -> Vec<f64> {
    let hit = (HITS_EVERY_S * RATE) as usize;
    let samples: Vec<f32> = samples.iter().map(|sample| *sample as f32).collect();
    samples.chunks_exact(hit).map(|hit| meter.peak_dbtp(hit)).collect()
}
