//! By how much peaks pass the ceiling, found by the ×8 oracle.

use anyhow::Result;

use crate::{
    device::render,
    limiters::{FOR_OVERSHOOT, Limiter, Limiting},
    lv2::Host,
    meters::true_peak::TruePeakMeter,
    signals::{Stereo, bursts_of_11_khz, drums, pink_noise, quarter_rate_sine},
    table::{Cell, Table},
};

const RATES: [f64; 3] = [44_100.0, 48_000.0, 96_000.0];
const DRIVES_DB: [f64; 3] = [3.0, 6.0, 12.0];
const CEILING_DB: f64 = -1.0;
const RELEASE_MS: f64 = 100.0;
/// Length of each signal.
const SECONDS: f64 = 3.0;

/// A signal at every sample rate.
struct Material {
    name: &'static str,
    at_rates: Vec<Stereo>,
}

/// Every signal peaks at the ceiling, so that the drive is what has to be taken off.
fn materials(song: &Stereo) -> Vec<Material> {
    let at_rates = |make: &dyn Fn(f64) -> [Vec<f64>; 2]| {
        RATES.iter().map(|rate| Stereo::with_peak(*rate, make(*rate), CEILING_DB)).collect::<Vec<_>>()
    };
    let twice = |samples: Vec<f64>| [samples.clone(), samples];
    let song = song.loudest(SECONDS);
    let song = song.channels.map(|channel| channel.iter().map(|sample| f64::from(*sample)).collect::<Vec<_>>());
    vec![
        Material {
            name: "pink noise",
            at_rates: at_rates(&|rate| [pink_noise(rate, SECONDS, 1), pink_noise(rate, SECONDS, 2)]),
        },
        Material { name: "drums", at_rates: at_rates(&|rate| [drums(rate, SECONDS, 11), drums(rate, SECONDS, 12)]) },
        Material { name: "fs/4 sine", at_rates: at_rates(&|rate| twice(quarter_rate_sine(rate, SECONDS))) },
        Material { name: "11 kHz bursts", at_rates: at_rates(&|rate| twice(bursts_of_11_khz(rate, SECONDS))) },
        Material { name: "song", at_rates: at_rates(&|_| song.clone()) },
    ]
}

/// The tables: +12 dB of drive at 48 kHz as peers are usually compared, and the worst of all sample rates, by drive.
///
/// # Errors
/// When a peer does not start.
pub fn tables(host: Option<&Host>, song: &Stereo) -> Result<Vec<Table>> {
    let materials = materials(song);
    let meter = TruePeakMeter::new();
    let columns = || ["limiter"].into_iter().chain(materials.iter().map(|material| material.name));
    let mut usual = Table::new(
        "True peaks above the ceiling at +12 dB of drive, 48 kHz",
        "Greatest reconstructed peak (eight points a sample, 512 taps each) above a ceiling of −1 dBTP, dB. Every signal's samples \
         peak at the ceiling before the drive; release 100 ms. The song is played as if it had been recorded at each rate.",
        columns(),
    );
    let title =
        |drive_db: f64| format!("True peaks above the ceiling, the worst of 44.1, 48 and 96 kHz, +{drive_db:.0} dB");
    let mut worst = DRIVES_DB.map(|drive_db| Table::new(&title(drive_db), "As above, dB.", columns()));
    for limiter in FOR_OVERSHOOT.into_iter().filter(|limiter| host.is_some() || !limiter.is_peer()) {
        for (drive_db, table) in DRIVES_DB.into_iter().zip(&mut worst) {
            let mut cells = Vec::new();
            let mut usual_cells = Vec::new();
            for material in &materials {
                let mut greatest = f64::NEG_INFINITY;
                for signal in &material.at_rates {
                    let over_db = overshoot_db(host, limiter, drive_db, signal, &meter)?;
                    greatest = greatest.max(over_db);
                    if signal.sample_rate == 48_000.0 && drive_db == 12.0 {
                        usual_cells.push(Cell::signed(over_db, 2));
                    }
                }
                cells.push(Cell::signed(greatest, 2));
            }
            table.push(limiter.name, cells);
            if !usual_cells.is_empty() {
                usual.push(limiter.name, usual_cells);
            }
        }
    }
    Ok([usual].into_iter().chain(worst).collect())
}

fn overshoot_db(
    host: Option<&Host>,
    limiter: Limiter,
    drive_db: f64,
    signal: &Stereo,
    meter: &TruePeakMeter,
) -> Result<f64> {
    let limiting = Limiting { ceiling_db: CEILING_DB, drive_db, release_ms: RELEASE_MS };
    let mut device = limiter.open(host, limiting, signal.sample_rate)?;
    let output = render(&mut *device, signal);
    let peaks = output.channels.iter().map(|channel| meter.peak_dbtp(channel));
    Ok(peaks.fold(f64::NEG_INFINITY, f64::max) - CEILING_DB)
}
