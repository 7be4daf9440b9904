//! Coverage is area: against geometry's formulas.

use crate::scene::{Scene, ink, pen};
use skia_safe::{Color, PaintJoin, Path, PathBuilder, PathFillType, Point, RRect, Rect};
use std::f64::consts::PI;

/// What a curve drawn as chords and 255 steps of coverage may take from each pixel of a border.
const BORDER: f64 = 0.005;

fn area_of(path: &Path) -> f64 {
    Scene::new(120, 120, Color::BLACK, |canvas| {
        canvas.draw_path(path, &ink(Color::WHITE));
    })
    .area()
}

#[track_caller]
fn assert_area(path: &Path, expected: f64, tolerance: f64) {
    let area = area_of(path);
    assert!((area - expected).abs() < tolerance, "{area} instead of {expected}");
}

#[test]
fn a_circle_has_its_area_wherever_it_lies() {
    for (x, y, r) in [(60.0, 60.0, 40.0), (60.3, 59.7, 40.2), (33.33, 71.9, 12.5), (60.5, 60.25, 1.7)] {
        // Curves are drawn as chords: a two-hundredth of a pixel along the border.
        assert_area(&Path::circle((x, y), r, None), PI * f64::from(r).powi(2), BORDER * 2.0 * PI * f64::from(r) + 0.05);
    }
}

#[test]
fn a_rounded_rectangle_lacks_its_corners() {
    let rrect = RRect::new_rect_xy(Rect::new(10.25, 12.5, 100.75, 77.0), 9.0, 9.0);
    let expected = 90.5 * 64.5 - (4.0 - PI) * 81.0;
    assert_area(&Path::rrect(rrect, None), expected, 0.6);
}

#[test]
fn a_pixel_of_a_rectangle_is_as_dark_as_it_is_covered() {
    let mut scene = Scene::new(8, 8, Color::BLACK, |canvas| {
        canvas.draw_rect(Rect::new(1.25, 2.5, 4.5, 5.75), &ink(Color::WHITE));
    });
    let mut at = |x, y| f64::from(scene.pixel(x, y)[0]) / 255.0;
    for (x, y, expected) in
        [(1, 2, 0.75 * 0.5), (2, 2, 0.5), (2, 3, 1.0), (4, 3, 0.5), (4, 5, 0.5 * 0.75), (0, 3, 0.0), (5, 3, 0.0)]
    {
        assert!((at(x, y) - expected).abs() < 0.003, "({x}, {y}): {} instead of {expected}", at(x, y));
    }
}

#[test]
fn a_triangle_that_hangs_out_on_all_sides_covers_what_is_inside() {
    // The half plane below y = x, cut by the surface.
    let path = Path::polygon(&[(-500.0, -500.0), (620.0, 620.0), (-500.0, 620.0)].map(Point::from), true, None, None);
    assert_area(&path, 0.5 * 120.0 * 120.0, 0.5);
    let right =
        Path::polygon(&[(60.0, 20.0), (900.0, 20.0), (900.0, 40.5), (60.0, 40.5)].map(Point::from), true, None, None);
    assert_area(&right, 60.0 * 20.5, 0.2);
}

#[test]
fn the_fill_rule_decides_about_the_middle_of_a_ring() {
    let ring = |fill| {
        let mut builder = PathBuilder::new_with_fill_type(fill);
        builder.add_circle((60.0, 60.0), 50.0, None).add_circle((60.0, 60.0), 30.0, None).detach()
    };
    assert_area(&ring(PathFillType::Winding), PI * 2500.0, BORDER * 2.0 * PI * 50.0);
    assert_area(&ring(PathFillType::EvenOdd), PI * (2500.0 - 900.0), BORDER * 2.0 * PI * 80.0);
}

#[test]
fn a_stroke_is_as_wide_as_it_says() {
    let mut line = Scene::new(120, 120, Color::BLACK, |canvas| {
        canvas.draw_line((20.0, 30.0), (100.0, 90.0), &pen(Color::WHITE, 3.5));
    });
    assert!((line.area() - 100.0 * 3.5).abs() < 0.5, "{}", line.area());
    let mut circle = Scene::new(120, 120, Color::BLACK, |canvas| {
        canvas.draw_circle((60.0, 60.0), 40.0, &pen(Color::WHITE, 6.0));
    });
    assert!((circle.area() - 2.0 * PI * 40.0 * 6.0).abs() < 2.0 * BORDER * 2.0 * PI * 40.0, "{}", circle.area());
}

#[test]
fn a_hairline_is_a_pixel_wide_at_any_scale() {
    for scale in [0.5f32, 1.0, 4.0] {
        let mut scene = Scene::new(120, 120, Color::BLACK, |canvas| {
            canvas.scale((scale, scale));
            canvas.draw_line((10.0 / scale, 60.5 / scale), (110.0 / scale, 60.5 / scale), &pen(Color::WHITE, 0.0));
        });
        assert!((scene.area() - 100.0).abs() < 0.5, "{} at {scale}", scene.area());
    }
}

#[test]
fn a_polyline_of_a_thousand_points_along_a_curve_is_as_long_as_the_curve() {
    let mut builder = PathBuilder::new();
    let (mut length, mut last) = (0.0f64, None);
    for i in 0..=1000 {
        let x = 10.0 + 0.1 * f64::from(i);
        let y = 60.0 + 30.0 * (x * 0.12).sin();
        if let Some((last_x, last_y)) = last {
            length += f64::hypot(x - last_x, y - last_y);
            builder.line_to((x as f32, y as f32));
        } else {
            builder.move_to((x as f32, y as f32));
        }
        last = Some((x, y));
    }
    let path = builder.detach();
    let mut scene = Scene::new(120, 120, Color::BLACK, |canvas| {
        canvas.draw_path(&path, &pen(Color::WHITE, 2.0));
    });
    // What the inner side of a bend lacks its outer side has more: length times width.
    assert!((scene.area() / (length * 2.0) - 1.0).abs() < 0.001, "{} instead of {}", scene.area(), length * 2.0);
}

#[test]
fn what_goes_up_and_down_covers_what_goes_across_does_turned_over() {
    // Steps that are no pattern, some of them back: 37 and 100 have no common divisor.
    let steep: Vec<Point> =
        (0..50).map(|i| Point::new(10.3 + 2.0 * i as f32, 10.0 + (i * 37 % 100) as f32 + 0.21 * i as f32)).collect();
    let across: Vec<Point> = steep.iter().map(|point| Point::new(point.y, point.x)).collect();
    for width in [0.7, 1.0, 3.0] {
        let draw = |points: &[Point]| {
            let mut scene = Scene::new(121, 121, Color::BLACK, |canvas| {
                canvas.clip_rect(Rect::new(17.0, 17.0, 105.0, 105.0), None, None);
                canvas.draw_path(&Path::polygon(points, false, None, None), &pen(Color::WHITE, width));
            });
            scene.channel(0)
        };
        let (steep, across) = (draw(&steep), draw(&across));
        for (at, covered) in steep.iter().enumerate() {
            let turned = at % 121 * 121 + at / 121;
            assert!((covered - across[turned]).abs() < 1.5 / 255.0, "{width}: at {} {}", at % 121, at / 121);
        }
    }
}

#[test]
fn a_corner_has_the_area_of_its_join() {
    // Two legs of 40 to a corner's middle, 6 wide: they share a quarter of a square of 6 inside; a mitre adds one outside, a bevel half of one.
    let corner = [(20.0, 60.0), (60.0, 60.0), (60.0, 20.0)].map(Point::from);
    for (join, quarters) in [(PaintJoin::Miter, 0.0), (PaintJoin::Bevel, -0.5)] {
        let mut scene = Scene::new(120, 120, Color::BLACK, |canvas| {
            let path = Path::polygon(&corner, false, None, None);
            canvas.draw_path(&path, pen(Color::WHITE, 6.0).set_stroke_join(join));
        });
        let expected = 2.0 * 40.0 * 6.0 + quarters * 9.0;
        assert!((scene.area() - expected).abs() < 0.1, "{join:?}: {} instead of {expected}", scene.area());
    }
    // Back on itself: no mitre is so long, and the way back covers nothing new.
    let back = [(20.0, 60.0), (60.0, 60.0), (30.0, 60.0)].map(Point::from);
    let mut scene = Scene::new(120, 120, Color::BLACK, |canvas| {
        canvas.draw_path(&Path::polygon(&back, false, None, None), &pen(Color::WHITE, 6.0));
    });
    assert!((scene.area() - 240.0).abs() < 0.1, "{}", scene.area());
}

#[test]
fn dashes_leave_the_gaps_out() {
    let mut paint = pen(Color::WHITE, 4.0);
    paint.set_path_effect(skia_safe::PathEffect::dash(&[6.0, 4.0], 0.0));
    let mut scene = Scene::new(120, 120, Color::BLACK, |canvas| {
        canvas.draw_line((10.0, 60.0), (110.0, 60.0), &paint);
    });
    assert!((scene.area() - 60.0 * 4.0).abs() < 0.5, "{}", scene.area());
}

#[test]
fn without_antialiasing_pixels_are_all_or_nothing() {
    let mut paint = skia_safe::Paint::default();
    paint.set_color(Color::WHITE);
    let mut scene = Scene::new(120, 120, Color::BLACK, |canvas| {
        canvas.draw_circle((60.0, 60.0), 40.0, &paint);
    });
    assert!(scene.channel(0).iter().all(|value| *value == 0.0 || *value == 1.0));
    assert!((scene.area() - PI * 1600.0).abs() < 40.0, "{}", scene.area());
}
