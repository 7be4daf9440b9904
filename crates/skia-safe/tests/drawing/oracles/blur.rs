//! Blurs against the Gaussian's moments and the error function.

use crate::scene::{Scene, ink};
use skia_safe::canvas::SaveLayerRec;
use skia_safe::{BlurStyle, Color, ImageFilter, MaskFilter, Paint, Rect};

fn blurred(sigma: f32) -> Paint {
    let mut paint = ink(Color::WHITE);
    paint.set_mask_filter(MaskFilter::blur(BlurStyle::Normal, sigma, false));
    paint
}

/// Sum, mean and variance of a row of weights.
fn moments(weights: &[f64]) -> (f64, f64, f64) {
    let sum: f64 = weights.iter().sum();
    let at = |i: usize| i as f64 + 0.5;
    let mean = weights.iter().enumerate().map(|(i, w)| w * at(i)).sum::<f64>() / sum;
    let variance = weights.iter().enumerate().map(|(i, w)| w * (at(i) - mean).powi(2)).sum::<f64>() / sum;
    (sum, mean, variance)
}

#[test]
fn a_blurred_rectangle_keeps_its_area_and_middle_and_its_variance_grows_by_the_blurs() {
    for sigma in [1.0f32, 2.5, 6.0, 11.0] {
        let mut scene = Scene::new(200, 200, Color::BLACK, |canvas| {
            canvas.draw_rect(Rect::from_xywh(70.0, 80.0, 60.0, 40.0), &blurred(sigma));
        });
        let values = scene.channel(0);
        let columns: Vec<f64> = (0..200).map(|x| (0..200).map(|y| values[y * 200 + x]).sum()).collect();
        let (sum, mean, variance) = moments(&columns);
        assert!((sum / 2400.0 - 1.0).abs() < 0.01, "area {sum} with sigma {sigma}");
        assert!((mean - 100.0).abs() < 0.1, "middle {mean} with sigma {sigma}");
        // A row of 60 equal weights has the variance 60² / 12. Box widths are whole: the blur's own variance is met within a pixel's.
        let own = variance - 3600.0 / 12.0;
        let wanted = f64::from(sigma * sigma);
        assert!((own - wanted).abs() < 0.06 * wanted + 0.7, "variance {own} instead of {wanted}");
    }
}

/// Abramowitz and Stegun 7.1.26, within 1.5e-7.
fn erf(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let poly =
        t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    (1.0 - poly * (-x * x).exp()).copysign(x)
}

#[test]
fn a_blurred_edge_is_the_error_function() {
    let sigma = 8.0;
    let mut scene = Scene::new(200, 200, Color::BLACK, |canvas| {
        canvas.draw_rect(Rect::new(100.0, -200.0, 400.0, 400.0), &blurred(sigma));
    });
    for x in 70..130 {
        let expected = 0.5 * (1.0 + erf((f64::from(x) + 0.5 - 100.0) / (f64::from(sigma) * 2.0f64.sqrt())));
        let value = f64::from(scene.pixel(x, 100)[0]) / 255.0;
        assert!((value - expected).abs() < 0.02, "{value} instead of {expected} at {x}");
    }
}

#[test]
fn a_blurred_layer_is_blurred_as_a_blurred_shape_is() {
    let sigma = 5.0;
    let rect = Rect::from_xywh(60.0, 70.0, 50.0, 30.0);
    let mut shape = Scene::new(160, 160, Color::BLACK, |canvas| {
        canvas.draw_rect(rect, &blurred(sigma));
    });
    let mut layer = Scene::new(160, 160, Color::BLACK, |canvas| {
        let mut paint = Paint::default();
        let all = Rect::from_wh(160.0, 160.0);
        paint.set_image_filter(ImageFilter::crop(all, None, None).and_then(|f| f.blur(None, (sigma, sigma), None)));
        canvas.save_layer(&SaveLayerRec::default().paint(&paint));
        canvas.draw_rect(rect, &ink(Color::WHITE));
        canvas.restore();
    });
    for (a, b) in shape.channel(0).iter().zip(layer.channel(0)) {
        assert!((a - b).abs() < 0.02, "{a} and {b}");
    }
}

#[test]
fn a_backdrop_blur_blurs_what_is_under_the_layer_and_only_there() {
    let mut scene = Scene::new(100, 100, Color::BLACK, |canvas| {
        canvas.draw_rect(Rect::new(50.0, 0.0, 100.0, 100.0), &ink(Color::WHITE));
        let area = Rect::new(20.0, 20.0, 80.0, 80.0);
        let filter =
            ImageFilter::crop(area, None, None).and_then(|f| f.blur(None, (6.0, 6.0), None)).expect("a filter");
        canvas.save_layer(&SaveLayerRec::default().backdrop(&filter));
        canvas.restore();
    });
    assert_eq!(scene.pixel(49, 10)[0], 0);
    assert_eq!(scene.pixel(50, 10)[0], 255);
    let edge = [scene.pixel(49, 50)[0], scene.pixel(50, 50)[0]].map(f32::from);
    assert!(edge[0] > 90.0 && edge[1] < 165.0 && edge[0] < edge[1], "{edge:?}");
}
