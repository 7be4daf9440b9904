//! Points, rectangles, matrices and outlines.

use skia_safe::path_builder::ArcSize;
use skia_safe::rrect::Corner;
use skia_safe::{Matrix, Path, PathBuilder, PathDirection, Point, RRect, Rect};

#[test]
fn a_matrix_times_its_inverse_is_nothing() {
    let matrix = Matrix::translate((13.0, -7.0))
        * Matrix::rotate_deg(33.0)
        * Matrix::scale((2.0, 0.5))
        * Matrix::skew((0.2, 0.1));
    let inverse = matrix.invert().expect("it can be turned back");
    for point in [(0.0, 0.0), (10.0, -4.0), (-300.0, 90.0)] {
        let back = inverse.map_point(matrix.map_point(point));
        assert!((back - Point::from(point)).length() < 1e-3, "{back:?}");
    }
    assert_eq!(Matrix::scale((0.0, 1.0)).invert(), None);
}

#[test]
fn a_rectangle_is_taken_to_another() {
    let (from, to) = (Rect::new(1.0, 2.0, 5.0, 10.0), Rect::new(-3.0, 0.0, 9.0, 4.0));
    let matrix = Matrix::rect_2_rect(from, to, None).expect("not empty");
    assert_eq!(matrix.map_rect(from), (to, true));
    assert_eq!(Matrix::rotate_deg(90.0).rect_stays_rect(), Matrix::rotate_deg(90.0)[0] == 0.0);
    assert!(!Matrix::rotate_deg(30.0).rect_stays_rect());
}

#[test]
fn radii_that_do_not_fit_are_scaled_by_one_factor() {
    let rrect = RRect::new_rect_radii(Rect::from_wh(100.0, 50.0), &[40.0, 20.0, 10.0, 40.0].map(|r| Point::new(r, r)));
    // 40 + 40 along the left side of 50: all times 0.625.
    assert_eq!(rrect.radii(Corner::UpperLeft), Point::new(25.0, 25.0));
    assert_eq!(rrect.radii(Corner::LowerRight), Point::new(6.25, 6.25));
    let wider = rrect.with_outset((5.0, 5.0));
    assert_eq!((wider.width(), wider.radii(Corner::UpperLeft).x), (110.0, 30.0));
}

#[test]
fn an_arc_from_point_to_point_lies_on_its_circle() {
    let path = PathBuilder::new()
        .move_to((10.0, 0.0))
        .r_arc_to((10.0, 10.0), 0.0, ArcSize::Small, PathDirection::CW, (-10.0, 10.0))
        .line_to((0.0, 0.0))
        .close()
        .detach();
    // A quarter of the disc around the origin.
    for degrees in [1.0f32, 30.0, 45.0, 60.0, 89.0] {
        let (sin, cos) = degrees.to_radians().sin_cos();
        assert!(path.contains((9.9 * cos, 9.9 * sin)), "inside at {degrees}");
        assert!(!path.contains((10.1 * cos, 10.1 * sin)), "outside at {degrees}");
    }
}

#[test]
fn the_large_arc_goes_the_other_way_around() {
    let arc = |size| {
        let mut builder = PathBuilder::new();
        builder.move_to((0.0, 0.0)).r_arc_to((10.0, 10.0), 0.0, size, PathDirection::CW, (10.0, 10.0));
        *builder.close().detach().bounds()
    };
    assert!(arc(ArcSize::Small).width() < 10.5, "{:?}", arc(ArcSize::Small));
    assert!(arc(ArcSize::Large).width() > 19.5, "{:?}", arc(ArcSize::Large));
}

#[test]
fn a_rectangle_around_a_shape_cuts_nothing_from_it() {
    let circle = Path::circle((50.0, 50.0), 20.0, None);
    let around = Path::rect(Rect::from_wh(100.0, 100.0), None);
    let both = around.op(&circle, skia_safe::PathOp::Intersect).expect("a shape");
    assert_eq!(both.bounds(), circle.bounds());
    assert!(both.contains((50.0, 31.0)) && !both.contains((35.0, 35.0)));
}

#[test]
fn a_builder_is_empty_after_its_path_was_taken() {
    let mut builder = PathBuilder::new();
    builder.add_rect(Rect::from_wh(3.0, 4.0), None, None).offset((1.0, 1.0));
    assert_eq!(*builder.detach().bounds(), Rect::new(1.0, 1.0, 4.0, 5.0));
    assert!(builder.is_empty() && builder.detach().is_empty());
}
