//! The part of the regression that says the same in every band: a descriptor speaks of its own band and of those beside it, and its weight
//! changes little from band to band. So each song is a lesson in 28 bands at once, which few songs need: the residual of songs of
//! unseen albums falls by a tenth against weights that are free in every band.

use nalgebra::{Cholesky, DMatrix, DVector};

use crate::{
    analysis::descriptors::{DESCRIPTORS, places},
    assistant::shape::{FIRST_BAND, SHAPE_BANDS},
};

/// Bands to either side that a descriptor speaks of.
const REACH: usize = 2;
/// Over the bands weights follow polynomials below this degree (Legendre's).
const DEGREES: usize = 6;
/// Penalty on the squares of the polynomials' coefficients.
const RIDGE: f64 = 1000.0;

/// The descriptors of one kind that the bands of a shape look at, at one distance.
struct View {
    /// For each band of a shape.
    descriptors: [usize; SHAPE_BANDS],
    /// What a standardised descriptor is multiplied by, so that a kind has one scale in all bands.
    scales: [f64; SHAPE_BANDS],
}

/// Weights (descriptors × bands) from standardised descriptors `rows` to `wanted` (both songs × …, the columns' means taken off), each song
/// weighing the square of its root; none where the descriptors are others than the analysis makes.
pub fn weights(rows: &DMatrix<f64>, sd: &[f64], wanted: &DMatrix<f64>, roots: &[f64]) -> Option<DMatrix<f64>> {
    let (songs, count) = (rows.nrows(), rows.ncols());
    if count != DESCRIPTORS {
        return None;
    }
    let (views, curves) = (views(sd), curves());
    let columns = views.len() * DEGREES;
    let mut lessons = DMatrix::zeros(songs * SHAPE_BANDS, columns);
    for (index, view) in views.iter().enumerate() {
        for (degree, curve) in curves.iter().enumerate() {
            let mut column = lessons.column_mut(index * DEGREES + degree);
            for song in 0..songs {
                let said: [f64; SHAPE_BANDS] =
                    std::array::from_fn(|band| rows[(song, view.descriptors[band])] * view.scales[band] * curve[band]);
                // A shape has no level.
                let mean = said.iter().sum::<f64>() / SHAPE_BANDS as f64;
                for (band, said) in said.into_iter().enumerate() {
                    column[song * SHAPE_BANDS + band] = roots[song] * (said - mean);
                }
            }
        }
    }
    let answers = DVector::from_fn(songs * SHAPE_BANDS, |row, _| {
        let (song, band) = (row / SHAPE_BANDS, row % SHAPE_BANDS);
        roots[song] * wanted[(song, band)]
    });
    // A product of whole matrices is made in blocks that fit the cache; `tr_mul` goes by scalar products.
    let normal = lessons.transpose() * &lessons + DMatrix::identity(columns, columns) * RIDGE;
    let coefficients = Cholesky::new(normal)?.solve(&lessons.tr_mul(&answers));
    let mut weights = DMatrix::zeros(count, SHAPE_BANDS);
    for (index, view) in views.iter().enumerate() {
        for band in 0..SHAPE_BANDS {
            let weight: f64 = (0..DEGREES)
                .map(|degree| coefficients[index * DEGREES + degree] * curves[degree][band] * view.scales[band])
                .sum();
            weights[(view.descriptors[band], band)] += weight;
            for other in 0..SHAPE_BANDS {
                weights[(view.descriptors[band], other)] -= weight / SHAPE_BANDS as f64;
            }
        }
    }
    Some(weights)
}

fn views(sd: &[f64]) -> Vec<View> {
    // Kinds follow one another, and the bands within a kind.
    let mut kinds: Vec<(usize, usize, usize)> = Vec::new();
    let mut last = None;
    for (index, (kind, band)) in places().enumerate() {
        match kinds.last_mut() {
            Some((_, _, count)) if last == Some(kind) => *count += 1,
            _ => kinds.push((index, band, 1)),
        }
        last = Some(kind);
    }
    let reach = REACH as isize;
    let mut views = Vec::new();
    for (start, first, count) in kinds {
        let squares: f64 = sd[start..start + count].iter().map(|sd| sd * sd).sum();
        let kind_sd = (squares / count as f64).sqrt().max(f64::MIN_POSITIVE);
        for apart in -reach..=reach {
            let descriptors = std::array::from_fn(|band| {
                let wanted = (band + FIRST_BAND) as isize + apart - first as isize;
                start + wanted.clamp(0, count as isize - 1) as usize
            });
            views.push(View { descriptors, scales: descriptors.map(|descriptor| sd[descriptor] / kind_sd) });
        }
    }
    views
}

/// Legendre's polynomials over the bands.
fn curves() -> [[f64; SHAPE_BANDS]; DEGREES] {
    let x: [f64; SHAPE_BANDS] = std::array::from_fn(|band| 2.0 * band as f64 / (SHAPE_BANDS - 1) as f64 - 1.0);
    let mut curves = [x; DEGREES];
    curves[0].fill(1.0);
    for degree in 2..DEGREES {
        let n = degree as f64;
        let (last, before) = (curves[degree - 1], curves[degree - 2]);
        curves[degree] =
            std::array::from_fn(|band| ((2.0 * n - 1.0) * x[band] * last[band] - (n - 1.0) * before[band]) / n);
    }
    curves
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assistant::testing::Random;

    /// What noisy bands have to say is learned from few songs, where free weights would need many.
    #[test]
    fn a_law_that_holds_in_every_band_is_learned_from_forty_songs() {
        let (songs, mut random) = (40, Random(31));
        let rows = DMatrix::from_fn(songs, DESCRIPTORS, |_, _| random.normal());
        // Flatness in the band itself, 2 dB a standard deviation at the bottom and 4 dB at the top; shapes have no level.
        let start = places().position(|(kind, _)| kind == 17).expect("flatness");
        let law = |song: usize, band: usize, rows: &DMatrix<f64>| {
            rows[(song, start + band + FIRST_BAND)] * (2.0 + 2.0 * band as f64 / 27.0)
        };
        let shape = |song: usize, rows: &DMatrix<f64>| {
            let said: [f64; SHAPE_BANDS] = std::array::from_fn(|band| law(song, band, rows));
            said.map(|db| db - said.iter().sum::<f64>() / SHAPE_BANDS as f64)
        };
        let wanted =
            DMatrix::from_fn(songs, SHAPE_BANDS, |song, band| shape(song, &rows)[band] + 0.5 * random.normal());
        let sd = vec![1.0; DESCRIPTORS];
        let found = weights(&rows, &sd, &wanted, &vec![1.0; songs]).expect("weights");
        let other = DMatrix::from_fn(20, DESCRIPTORS, |_, _| random.normal());
        let said = &other * found;
        let (mut left, mut all) = (0.0, 0.0);
        for song in 0..20 {
            for (band, db) in shape(song, &other).into_iter().enumerate() {
                left += (said[(song, band)] - db).powi(2);
                all += db * db;
            }
        }
        assert!(left < 0.6 * all, "{left} of {all} dB² are left of songs that were not seen");
        assert!(weights(&rows.columns(0, 7).into_owned(), &sd[..7], &wanted, &vec![1.0; songs]).is_none());
    }
}
