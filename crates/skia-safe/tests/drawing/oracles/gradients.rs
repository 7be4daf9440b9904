//! Gradients against the line between two colours.

use crate::scene::{Scene, ink};
use skia_safe::gradient_shader::{Gradient, GradientColors, Interpolation};
use skia_safe::{Color, Color4f, Matrix, Paint, Rect, Shader, TileMode, shaders};

const FROM: Color4f = Color4f::new(0.9, 0.1, 0.2, 1.0);
const TO: Color4f = Color4f::new(0.1, 0.7, 0.6, 1.0);

fn gradient(tile_mode: TileMode) -> Gradient<'static> {
    Gradient::new(GradientColors::new(&[FROM, TO], None, tile_mode, None), Interpolation::default())
}

fn paint(shader: Option<Shader>) -> Paint {
    let mut paint = ink(Color::BLACK);
    paint.set_shader(shader);
    paint
}

#[track_caller]
fn assert_mix(pixel: [u8; 4], t: f32) {
    let expected = [FROM.r + (TO.r - FROM.r) * t, FROM.g + (TO.g - FROM.g) * t, FROM.b + (TO.b - FROM.b) * t];
    for (channel, expected) in pixel.iter().zip(expected) {
        assert!(
            (f32::from(*channel) - expected * 255.0).abs() <= 1.2,
            "{pixel:?} at {t} instead of {}",
            expected * 255.0
        );
    }
}

#[test]
fn a_linear_gradient_is_linear_in_both_directions() {
    for (from, to) in [((20.0, 0.0), (180.0, 0.0)), ((0.0, 20.0), (0.0, 180.0)), ((20.0, 30.0), (150.0, 170.0))] {
        let shader = shaders::linear_gradient((from, to), &gradient(TileMode::Clamp), None);
        let mut scene = Scene::new(200, 200, Color::BLACK, |canvas| {
            canvas.draw_rect(Rect::from_wh(200.0, 200.0), &paint(shader));
        });
        let along = (to.0 - from.0, to.1 - from.1);
        let square = along.0 * along.0 + along.1 * along.1;
        for i in (0..200).step_by(13) {
            let (x, y) = (i, (i * 7) % 200);
            let t = ((x as f32 + 0.5 - from.0) * along.0 + (y as f32 + 0.5 - from.1) * along.1) / square;
            assert_mix(scene.pixel(x, y), t.clamp(0.0, 1.0));
        }
    }
}

#[test]
fn a_radial_gradient_depends_on_the_distance_alone() {
    let shader = shaders::radial_gradient(((90.0, 110.0), 70.0), &gradient(TileMode::Clamp), None);
    let mut scene = Scene::new(200, 200, Color::BLACK, |canvas| {
        canvas.draw_rect(Rect::from_wh(200.0, 200.0), &paint(shader));
    });
    for (x, y) in [(90, 110), (100, 110), (90, 70), (130, 140), (199, 0), (20, 110)] {
        let distance = f32::hypot(x as f32 + 0.5 - 90.0, y as f32 + 0.5 - 110.0);
        assert_mix(scene.pixel(x, y), (distance / 70.0).min(1.0));
    }
}

#[test]
fn tile_modes_go_on_outside() {
    for (mode, outside) in [(TileMode::Clamp, 1.0), (TileMode::Repeat, 0.25), (TileMode::Mirror, 0.75)] {
        let shader = shaders::linear_gradient(((0.5, 0.0), (80.5, 0.0)), &gradient(mode), None);
        let mut scene = Scene::new(200, 4, Color::BLACK, |canvas| {
            canvas.draw_rect(Rect::from_wh(200.0, 4.0), &paint(shader));
        });
        assert_mix(scene.pixel(20, 2), 0.25);
        assert_mix(scene.pixel(100, 2), outside);
    }
}

#[test]
fn a_gradient_moves_with_the_canvas_and_its_own_matrix() {
    let local = Matrix::translate((10.0, 0.0));
    let shader = shaders::linear_gradient(((0.0, 0.0), (50.0, 0.0)), &gradient(TileMode::Clamp), &local);
    let mut scene = Scene::new(200, 4, Color::BLACK, |canvas| {
        canvas.scale((2.0, 2.0)).translate((20.0, 0.0));
        canvas.draw_rect(Rect::new(-20.0, 0.0, 80.0, 2.0), &paint(shader));
    });
    // Local x is (device x / 2 − 20) − 10.
    assert_mix(scene.pixel(109, 1), (109.5 / 2.0 - 30.0) / 50.0);
}

#[test]
fn stops_are_where_they_are_put_and_opacity_multiplies() {
    let colors = [FROM, TO, FROM];
    let positions = [0.0, 0.2, 1.0];
    let stops = GradientColors::new(&colors, Some(&positions), TileMode::Clamp, None);
    let shader =
        shaders::linear_gradient(((0.0, 0.0), (100.0, 0.0)), &Gradient::new(stops, Interpolation::default()), None);
    let mut half = paint(shader);
    half.set_alpha_f(0.5);
    let mut scene = Scene::new(100, 4, Color::WHITE, |canvas| {
        canvas.draw_rect(Rect::from_wh(100.0, 4.0), &half);
    });
    for (channel, to) in scene.pixel(20, 2).iter().zip([TO.r, TO.g, TO.b]) {
        let expected = 255.0 * (0.5 * to + 0.5);
        assert!((f32::from(*channel) - expected).abs() < 3.0, "{channel} instead of {expected}");
    }
}
