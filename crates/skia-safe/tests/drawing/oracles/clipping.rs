//! Clips multiply coverage.

use crate::scene::{Scene, ink};
use skia_safe::{ClipOp, Color, Path, PathOp, RRect, Rect};
use std::f64::consts::PI;

fn white_through(clip: impl FnOnce(&skia_safe::Canvas)) -> Scene {
    Scene::new(120, 120, Color::BLACK, |canvas| {
        canvas.save();
        clip(canvas);
        canvas.draw_rect(Rect::from_wh(120.0, 120.0), &ink(Color::WHITE));
        canvas.restore();
    })
}

#[test]
fn a_clip_leaves_its_area_and_a_difference_the_rest() {
    let circle = Path::circle((60.0, 60.0), 40.0, None);
    let disc = PI * 1600.0;
    let mut inside = white_through(|canvas| {
        canvas.clip_path(&circle, None, true);
    });
    // A two-hundredth of a pixel along the border: curves are drawn as chords.
    let tolerance = 0.005 * 2.0 * PI * 40.0;
    assert!((inside.area() - disc).abs() < tolerance, "{}", inside.area());
    let mut outside = white_through(|canvas| {
        canvas.clip_path(&circle, ClipOp::Difference, true);
    });
    assert!((outside.area() - (14_400.0 - disc)).abs() < tolerance, "{}", outside.area());
    for (a, b) in inside.channel(0).iter().zip(outside.channel(0)) {
        assert!((a + b - 1.0).abs() < 0.005, "{a} and {b}");
    }
}

#[test]
fn clips_add_up_and_restore_takes_them_back() {
    let mut scene = Scene::new(120, 120, Color::BLACK, |canvas| {
        let count = canvas.save();
        canvas.clip_rrect(RRect::new_rect_xy(Rect::new(10.0, 10.0, 80.0, 80.0), 12.0, 12.0), None, true);
        canvas.save();
        canvas.clip_rect(Rect::new(40.0, 40.0, 120.0, 120.0), None, false);
        canvas.clip_path(&Path::circle((60.0, 60.0), 15.0, None), ClipOp::Difference, true);
        canvas.draw_rect(Rect::from_wh(120.0, 120.0), &ink(Color::WHITE));
        canvas.restore_to_count(count);
        canvas.draw_rect(Rect::new(0.0, 100.0, 5.0, 105.0), &ink(Color::WHITE));
    });
    // The square from 40 to 80 without one rounded corner and the circle; and the small square.
    let expected = 1600.0 - (1.0 - PI / 4.0) * 144.0 - PI * 225.0 + 25.0;
    assert!((scene.area() - expected).abs() < 1.5, "{} instead of {expected}", scene.area());
}

#[test]
fn shapes_cut_from_shapes_have_the_area_that_is_left() {
    let square = Path::rect(Rect::new(20.0, 20.0, 80.0, 80.0), None);
    let circle = Path::circle((80.0, 50.0), 20.0, None);
    let half_disc = PI * 400.0 / 2.0;
    for (op, expected) in [
        (PathOp::Intersect, half_disc),
        (PathOp::Difference, 3600.0 - half_disc),
        (PathOp::ReverseDifference, half_disc),
        (PathOp::Union, 3600.0 + half_disc),
        (PathOp::XOR, 3600.0),
    ] {
        let path = square.op(&circle, op).expect("a shape");
        let mut scene = Scene::new(120, 120, Color::BLACK, |canvas| {
            canvas.draw_path(&path, &ink(Color::WHITE));
        });
        assert!((scene.area() - expected).abs() < 1.5, "{op:?}: {} instead of {expected}", scene.area());
        let mut clipped = white_through(|canvas| {
            canvas.clip_path(&path, None, true);
        });
        assert!((clipped.area() - expected).abs() < 1.5, "clip to {op:?}: {} instead of {expected}", clipped.area());
    }
}

#[test]
fn a_shape_cut_by_a_cut_shape_keeps_what_that_one_lost() {
    let square = Path::rect(Rect::new(20.0, 20.0, 100.0, 100.0), None);
    let disc = Path::circle((60.0, 60.0), 30.0, None);
    let ring = disc.op(&Path::circle((60.0, 60.0), 10.0, None), PathOp::Difference).expect("a shape");
    let path = square.op(&ring, PathOp::Difference).expect("a shape");
    let mut scene = Scene::new(120, 120, Color::BLACK, |canvas| {
        canvas.draw_path(&path, &ink(Color::WHITE));
    });
    let expected = 6400.0 - PI * (900.0 - 100.0);
    assert!((scene.area() - expected).abs() < 2.0, "{} instead of {expected}", scene.area());
}

#[test]
fn the_bounds_of_a_clip_can_be_asked() {
    Scene::new(120, 120, Color::BLACK, |canvas| {
        canvas.scale((2.0, 2.0)).clip_rect(Rect::new(10.0, 10.0, 30.0, 20.0), None, None);
        assert_eq!(canvas.device_clip_bounds(), Some(skia_safe::IRect::new(20, 20, 60, 40)));
        assert_eq!(canvas.local_clip_bounds(), Some(Rect::new(10.0, 10.0, 30.0, 20.0)));
        canvas.clip_rect(Rect::new(50.0, 50.0, 60.0, 60.0), None, None);
        assert_eq!(canvas.device_clip_bounds(), None);
    });
}
