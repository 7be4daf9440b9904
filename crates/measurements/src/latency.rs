//! Delay: what is reported, what is true, and whether left and right come out together.

use anyhow::Result;

use crate::{
    device::{Device, render},
    lv2::Host,
    meters::alignment::delay,
    signals::{Noise, Stereo},
    subjects,
    table::{Cell, Table},
};

const RATE: f64 = 48_000.0;
const SECONDS: f64 = 1.0;
/// Loud enough for the limiters to work.
const PEAK_DB: f64 = -3.0;

/// Reported and measured delay of everything that is timed.
///
/// # Errors
/// When a peer does not start.
pub fn table(host: Option<&Host>) -> Result<Table> {
    let mut table = Table::new(
        "Delay",
        "Reported latency and the true one (cross-correlation of white noise with what comes out), and by how much the right channel \
         comes after the left one when both carry the same noise at different levels; samples at 48 kHz. \
         Fractions come from filters, which delay some frequencies more than others; in a full chain the imager mixes the channels.",
        ["what", "reported", "measured", "right after left"],
    );
    for group in subjects::groups() {
        for subject in group.subjects.iter().filter(|subject| host.is_some() || !subject.is_peer()) {
            let mut device = subject.open(host, RATE, crate::device::RENDER_BLOCK)?;
            table.push(format!("{}: {}", group.name, subject.name), cells(&mut *device));
        }
    }
    Ok(table)
}

fn cells(device: &mut dyn Device) -> Vec<Cell> {
    let mut noise = Noise::new(4);
    let noise: Vec<f64> = (0..(SECONDS * RATE) as usize).map(|_| noise.sample()).collect();
    let quieter: Vec<f64> = noise.iter().map(|sample| 0.5 * sample).collect();
    let signal = Stereo::with_peak(RATE, [noise, quieter], PEAK_DB);
    let output = render(device, &signal);
    let reported = device.latency() as f64;
    let double = |samples: &[f32]| -> Vec<f64> { samples.iter().map(|sample| f64::from(*sample)).collect() };
    let [left, right] = &output.channels;
    vec![
        Cell::number(reported, 0),
        Cell::number(reported + delay(&signal.left(), &double(left)), 1),
        Cell::signed(delay(&double(left), &double(right)), 2),
    ]
}
