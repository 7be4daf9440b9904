//! One surface drawn on another, images, files.

use crate::scene::{Scene, ink};
use skia_safe::{Color, Data, EncodedImageFormat, Image, Rect, SamplingOptions, Surface, surfaces};

fn surface() -> Surface {
    surfaces::raster_n32_premul((40, 30)).expect("a surface has a size")
}

fn bytes(surface: &mut Surface) -> Vec<u8> {
    surface.peek_pixels().and_then(|pixels| pixels.bytes().map(<[u8]>::to_vec)).expect("a surface in memory")
}

fn show(source: &mut Surface, target: &mut Surface) {
    source.draw(target.canvas(), (0, 0), SamplingOptions::default(), None);
}

#[test]
fn only_what_changed_is_drawn_again_and_the_picture_is_the_same() {
    let (mut source, mut target) = (surface(), surface());
    source.canvas().clear(Color::from_rgb(20, 30, 40));
    show(&mut source, &mut target);
    for step in 0..5 {
        source
            .canvas()
            .draw_rect(Rect::from_xywh(step as f32 * 7.0, 5.0, 6.0, 11.5), &ink(Color::from_argb(200, 250, 60, 90)));
        show(&mut source, &mut target);
        assert_eq!(bytes(&mut source), bytes(&mut target), "after step {step}");
    }
}

#[test]
fn a_target_that_was_drawn_on_since_gets_the_whole_picture() {
    let (mut source, mut target) = (surface(), surface());
    source.canvas().clear(Color::from_rgb(20, 30, 40));
    show(&mut source, &mut target);
    target.canvas().clear(Color::WHITE);
    show(&mut source, &mut target);
    assert_eq!(bytes(&mut source), bytes(&mut target));
    let mut other = surface();
    show(&mut source, &mut other);
    assert_eq!(bytes(&mut source), bytes(&mut other));
}

#[test]
fn a_surface_that_did_not_change_leaves_its_target_alone() {
    let (mut source, mut target) = (surface(), surface());
    source.canvas().clear(Color::from_argb(128, 255, 255, 255));
    show(&mut source, &mut target);
    let once = bytes(&mut target);
    show(&mut source, &mut target);
    assert_eq!(once, bytes(&mut target));
}

#[test]
fn what_is_taken_away_goes_from_a_target_that_shows_nothing_else() {
    let (mut source, mut target) = (surface(), surface());
    source.canvas().clear(Color::from_argb(128, 255, 255, 255));
    show(&mut source, &mut target);
    source.canvas().save();
    source.canvas().clip_rect(Rect::from_xywh(5.0, 5.0, 10.0, 10.0), None, None);
    source.canvas().clear(Color::TRANSPARENT);
    source.canvas().restore();
    show(&mut source, &mut target);
    assert_eq!(bytes(&mut source), bytes(&mut target));
}

#[test]
fn an_image_survives_its_file() {
    let mut scene = Scene::new(17, 9, Color::TRANSPARENT, |canvas| {
        canvas.draw_circle((8.0, 4.0), 4.0, &ink(Color::from_argb(255, 200, 100, 7)));
    });
    let file = scene.surface.image_snapshot().encode(None, EncodedImageFormat::PNG, None).expect("a file");
    let image = Image::from_encoded(Data::new_copy(file.as_bytes())).expect("an image");
    assert_eq!((image.width(), image.height()), (17, 9));
    let mut copy = Scene::new(17, 9, Color::TRANSPARENT, |canvas| {
        canvas.draw_image(&image, (0, 0), None);
    });
    for (a, b) in scene.bytes().iter().zip(copy.bytes()) {
        assert!(a.abs_diff(b) <= 1, "premultiplied and back: {a} and {b}");
    }
    assert!(Image::from_encoded(Data::new_copy(b"no image")).is_none());
}

#[test]
fn an_image_is_stretched_over_its_rectangle() {
    let mut source = Scene::new(2, 1, Color::BLACK, |canvas| {
        canvas.draw_rect(Rect::new(1.0, 0.0, 2.0, 1.0), &ink(Color::WHITE));
    });
    let image = source.surface.image_snapshot();
    let mut scene = Scene::new(80, 20, Color::BLACK, |canvas| {
        canvas.draw_image_rect(&image, None, Rect::from_wh(80.0, 20.0), &ink(Color::BLACK));
    });
    // Linear between the two pixels' centres at 20 and 60.
    for x in [5, 20, 30, 40, 50, 70] {
        let expected = ((x as f32 + 0.5 - 20.0) / 40.0).clamp(0.0, 1.0) * 255.0;
        assert!((f32::from(scene.pixel(x, 10)[0]) - expected).abs() < 4.0, "{} at {x}", scene.pixel(x, 10)[0]);
    }
}

#[test]
fn a_surface_needs_a_size() {
    assert!(surfaces::raster_n32_premul((0, 10)).is_none());
}
