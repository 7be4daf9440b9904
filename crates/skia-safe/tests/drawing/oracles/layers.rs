//! A layer is drawn as one.

use crate::scene::{Scene, ink};
use skia_safe::canvas::SaveLayerRec;
use skia_safe::{BlendMode, Color, Paint, Path, Rect};

#[test]
fn what_overlaps_in_a_translucent_layer_does_not_show_through() {
    let mut scene = Scene::new(60, 60, Color::BLACK, |canvas| {
        canvas.save_layer_alpha_f(None, 0.5);
        canvas.draw_rect(Rect::new(10.0, 10.0, 40.0, 40.0), &ink(Color::WHITE));
        canvas.draw_rect(Rect::new(20.0, 20.0, 50.0, 50.0), &ink(Color::WHITE));
        canvas.restore();
    });
    for (x, y) in [(15, 15), (30, 30), (45, 45)] {
        assert!(scene.pixel(x, y)[0].abs_diff(128) <= 1, "{:?}", scene.pixel(x, y));
    }
    assert_eq!(scene.pixel(5, 5)[0], 0);
}

#[test]
fn a_layer_is_cut_by_the_clip_from_before_it() {
    let mut scene = Scene::new(60, 60, Color::BLACK, |canvas| {
        canvas.clip_path(&Path::circle((30.0, 30.0), 20.0, None), None, true);
        canvas.save_layer(&SaveLayerRec::default());
        canvas.clear(Color::WHITE);
        canvas.restore();
    });
    assert!((scene.area() - std::f64::consts::PI * 400.0).abs() < 0.7, "{}", scene.area());
}

#[test]
fn a_layer_is_empty_again_for_the_next_one() {
    let mut scene = Scene::new(60, 60, Color::BLACK, |canvas| {
        for x in [0.0, 30.0] {
            canvas.save_layer(&SaveLayerRec::default());
            canvas.draw_rect(Rect::from_xywh(x, 0.0, 10.0, 10.0), &ink(Color::from_argb(128, 255, 255, 255)));
            canvas.restore();
        }
    });
    assert_eq!(scene.pixel(5, 5), scene.pixel(35, 5));
}

#[test]
fn a_layers_blend_mode_mixes_it_with_what_is_under_it() {
    let mut paint = Paint::default();
    paint.set_blend_mode(BlendMode::Multiply);
    let mut scene = Scene::new(60, 60, Color::from_rgb(200, 100, 50), |canvas| {
        canvas.save_layer(&SaveLayerRec::default().paint(&paint));
        canvas.draw_rect(Rect::new(10.0, 10.0, 40.0, 40.0), &ink(Color::from_rgb(128, 255, 0)));
        canvas.restore();
    });
    assert_eq!(scene.pixel(20, 20), [100, 100, 0, 255]);
    assert_eq!(scene.pixel(50, 50), [200, 100, 50, 255]);
}

/// How a tinted icon is drawn: its shape, then a colour where the shape is.
#[test]
fn a_colour_is_painted_where_the_layer_has_something() {
    let mut tint = ink(Color::from_rgb(10, 200, 30));
    tint.set_blend_mode(BlendMode::SrcIn);
    let mut scene = Scene::new(60, 60, Color::BLACK, |canvas| {
        canvas.save_layer(&SaveLayerRec::default());
        canvas.draw_rect(Rect::new(10.0, 10.0, 20.0, 20.0), &ink(Color::WHITE));
        canvas.draw_paint(&tint);
        canvas.restore();
    });
    assert_eq!(scene.pixel(15, 15), [10, 200, 30, 255]);
    assert_eq!(scene.pixel(25, 25), [0, 0, 0, 255]);
}
