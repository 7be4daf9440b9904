//! Scenes against pictures of them, `pictures/*.png`, each looked at when it was made. With `MAKE_PICTURES=1` they are made anew.

use crate::scene::{Scene, fonts, ink, paragraph, pen, text_style};
use skia_safe::canvas::SaveLayerRec;
use skia_safe::gradient_shader::{Gradient, GradientColors, Interpolation};
use skia_safe::textlayout::{ParagraphStyle, TextAlign, TextDecoration, TextStyle};
use skia_safe::{
    BlendMode, BlurStyle, Canvas, ClipOp, Color, Color4f, Data, EncodedImageFormat, FilterMode, FontMgr, Image,
    ImageFilter, MaskFilter, Matrix, Paint, PaintCap, PaintJoin, Path, PathBuilder, PathEffect, PathFillType, PathOp,
    Point, RRect, Rect, TileMode, shaders, svg,
};

/// Two machines round alike but for the last bit of a square root or a sine: a pixel may differ by this much.
const TOLERANCE: u8 = 4;

const GROUND: Color = Color::from_rgb(27, 29, 35);
const LIGHT: Color = Color::from_rgb(216, 220, 230);
const BLUE: Color = Color::from_rgb(90, 160, 255);
const ORANGE: Color = Color::from_rgb(255, 150, 70);

fn check(name: &str, width: i32, height: i32, draw: impl FnOnce(&Canvas)) {
    let mut scene = Scene::new(width, height, GROUND, draw);
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/drawing/pictures/{name}.png"));
    let picture = scene.surface.image_snapshot();
    let write = |path: &std::path::Path| {
        let png = picture.encode(None, EncodedImageFormat::PNG, None).expect("a PNG file");
        std::fs::write(path, png.as_bytes()).expect("a file that can be written");
    };
    if std::env::var_os("MAKE_PICTURES").is_some() {
        return write(&file);
    }
    let bytes = std::fs::read(&file).expect("a picture of each scene");
    let expected = Image::from_encoded(Data::new_copy(&bytes)).expect("a PNG file");
    assert_eq!((expected.width(), expected.height()), (width, height), "{name}");
    let mut expected = Scene::new(width, height, Color::TRANSPARENT, |canvas| {
        canvas.draw_image(&expected, (0, 0), None);
    });
    let worst = scene.bytes().iter().zip(expected.bytes()).map(|(a, b)| a.abs_diff(b)).max();
    if worst > Some(TOLERANCE) {
        let actual = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        write(&actual);
        panic!("{name} differs by {worst:?}; what was drawn is in {}", actual.display());
    }
}

#[test]
fn shapes() {
    check("shapes", 240, 160, |canvas| {
        canvas.draw_rect(Rect::from_xywh(10.0, 10.0, 40.0, 30.0), &ink(BLUE));
        canvas.draw_rrect(RRect::new_rect_xy(Rect::from_xywh(60.0, 10.0, 40.0, 30.0), 8.0, 8.0), &ink(BLUE));
        canvas.draw_circle((130.0, 25.0), 15.5, &ink(BLUE));
        canvas.draw_oval(Rect::from_xywh(155.0, 12.0, 40.0, 26.0), &ink(BLUE));
        canvas.draw_arc(Rect::from_xywh(203.0, 8.0, 32.0, 32.0), -210.0, 240.0, true, &ink(BLUE));
        let mut star = PathBuilder::new_with_fill_type(PathFillType::EvenOdd);
        let points: Vec<Point> = (0..5)
            .map(|i| (i as f32 * 144.0 - 90.0).to_radians().sin_cos())
            .map(|(sin, cos)| Point::new(35.0 + 25.0 * cos, 80.0 + 25.0 * sin))
            .collect();
        canvas.draw_path(&star.add_polygon(&points, true).detach(), &ink(ORANGE));
        let mut knob = pen(ORANGE, 6.0);
        knob.set_stroke_cap(PaintCap::Round);
        canvas.draw_arc(Rect::from_xywh(75.0, 60.0, 40.0, 40.0), 135.0, 270.0, false, &knob);
        for (i, join) in [PaintJoin::Miter, PaintJoin::Round, PaintJoin::Bevel].into_iter().enumerate() {
            let mut paint = pen(LIGHT, 7.0);
            paint.set_stroke_join(join);
            let corner =
                [(0.0, 0.0), (22.0, 0.0), (4.0, 30.0)].map(|(x, y)| Point::new(130.0 + 36.0 * i as f32 + x, 65.0 + y));
            canvas.draw_path(&Path::polygon(&corner, false, None, None), &paint);
        }
        let mut dashes = pen(LIGHT, 2.0);
        dashes.set_path_effect(PathEffect::dash(&[6.0, 3.0], 0.0));
        canvas.draw_rrect(RRect::new_rect_xy(Rect::from_xywh(12.0, 120.0, 60.0, 28.0), 6.0, 6.0), &dashes);
        let mut dots = pen(LIGHT, 4.0);
        dots.set_stroke_cap(PaintCap::Round).set_path_effect(PathEffect::dash(&[0.0, 8.0], 0.0));
        canvas.draw_line((84.0, 134.0), (150.0, 134.0), &dots);
        canvas.save();
        canvas.rotate(20.0, Some(Point::new(190.0, 134.0)));
        canvas.draw_round_rect(Rect::from_xywh(165.0, 124.0, 50.0, 20.0), 5.0, 5.0, &ink(BLUE));
        canvas.restore();
    });
}

fn gradient(tile_mode: TileMode) -> Gradient<'static> {
    const COLORS: [Color4f; 3] =
        [Color4f::new(1.0, 0.37, 0.43, 1.0), Color4f::new(1.0, 0.76, 0.44, 1.0), Color4f::new(0.35, 0.3, 0.9, 0.2)];
    Gradient::new(GradientColors::new(&COLORS, Some(&[0.0, 0.5, 1.0]), tile_mode, None), Interpolation::default())
}

#[test]
fn gradients() {
    check("gradients", 240, 130, |canvas| {
        let mut paint = ink(Color::BLACK);
        paint.set_shader(shaders::linear_gradient(((10.0, 0.0), (110.0, 0.0)), &gradient(TileMode::Clamp), None));
        canvas.draw_round_rect(Rect::from_xywh(10.0, 10.0, 100.0, 30.0), 8.0, 8.0, &paint);
        paint.set_shader(shaders::linear_gradient(((0.0, 50.0), (0.0, 120.0)), &gradient(TileMode::Clamp), None));
        let mut curve = PathBuilder::new();
        curve.move_to((10.0, 120.0));
        for x in 0..=100 {
            curve.line_to((10.0 + x as f32, 85.0 - 30.0 * (x as f32 * 0.09).sin()));
        }
        canvas.draw_path(&curve.line_to((110.0, 120.0)).close().detach(), &paint);
        paint.set_shader(shaders::radial_gradient(((150.0, 35.0), 28.0), &gradient(TileMode::Clamp), None));
        canvas.draw_circle((150.0, 35.0), 28.0, &paint);
        paint.set_shader(shaders::radial_gradient(((205.0, 35.0), 10.0), &gradient(TileMode::Mirror), None));
        canvas.draw_rect(Rect::from_xywh(185.0, 10.0, 45.0, 50.0), &paint);
        paint.set_shader(shaders::linear_gradient(((130.0, 75.0), (150.0, 95.0)), &gradient(TileMode::Repeat), None));
        canvas.draw_rect(Rect::from_xywh(125.0, 72.0, 105.0, 48.0), &paint);
    });
}

#[test]
fn clips() {
    check("clips", 240, 80, |canvas| {
        let fill = |canvas: &Canvas| {
            for i in 0..12 {
                let x = 4.0 + 20.0 * i as f32;
                canvas.draw_line((x, 80.0), (x + 40.0, 0.0), &pen(if i % 2 == 0 { BLUE } else { ORANGE }, 9.0));
            }
        };
        for clip in 0..3 {
            canvas.save();
            let rect = Rect::from_xywh(8.0 + 78.0 * clip as f32, 10.0, 66.0, 60.0);
            match clip {
                0 => canvas.clip_rrect(RRect::new_rect_xy(rect, 16.0, 16.0), None, true),
                1 => canvas.clip_rect(rect, None, None).clip_path(
                    &Path::circle(rect.center(), 20.0, None),
                    ClipOp::Difference,
                    true,
                ),
                _ => {
                    let cut = Path::oval(rect, None).op(&Path::circle(rect.center(), 14.0, None), PathOp::Difference);
                    canvas.clip_path(&cut.expect("a shape"), None, true)
                }
            };
            fill(canvas);
            canvas.restore();
        }
    });
}

#[test]
fn layers() {
    check("layers", 240, 90, |canvas| {
        let pair = |canvas: &Canvas, x: f32| {
            canvas.draw_circle((x + 22.0, 35.0), 18.0, &ink(BLUE));
            canvas.draw_circle((x + 40.0, 52.0), 18.0, &ink(ORANGE));
        };
        pair(canvas, 0.0);
        canvas.save_layer_alpha_f(None, 0.4);
        pair(canvas, 60.0);
        canvas.restore();
        canvas.draw_rect(Rect::from_xywh(122.0, 40.0, 54.0, 30.0), &ink(LIGHT));
        let mut multiply = Paint::default();
        multiply.set_blend_mode(BlendMode::Multiply);
        canvas.save_layer(&SaveLayerRec::default().paint(&multiply));
        pair(canvas, 120.0);
        canvas.restore();
        let mut blurred = Paint::default();
        let all = Rect::from_wh(240.0, 90.0);
        blurred.set_image_filter(ImageFilter::crop(all, None, None).and_then(|f| f.blur(None, (3.0, 3.0), None)));
        canvas.save_layer(&SaveLayerRec::default().paint(&blurred));
        pair(canvas, 180.0);
        canvas.restore();
    });
}

#[test]
fn blurs() {
    check("blurs", 240, 110, |canvas| {
        let panel = Path::rrect(RRect::new_rect_xy(Rect::from_xywh(24.0, 20.0, 80.0, 60.0), 10.0, 10.0), None);
        let shadow = |canvas: &Canvas, path: &Path, sigma: f32| {
            let mut paint = ink(Color::from_argb(200, 0, 0, 0));
            paint.set_mask_filter(MaskFilter::blur(BlurStyle::Normal, sigma, false));
            canvas.draw_path(path, &paint);
        };
        canvas.draw_paint(&ink(Color::from_rgb(90, 95, 110)));
        // As a style sheet's shadow is drawn: around the panel, not under it.
        canvas.save();
        canvas.clip_path(&panel, ClipOp::Difference, true);
        shadow(canvas, &panel.make_offset((0.0, 8.0)), 8.0);
        canvas.restore();
        canvas.draw_path(&panel, &ink(Color::from_argb(120, 255, 255, 255)));
        // And an inner one.
        let well = panel.make_offset((112.0, 0.0));
        canvas.draw_path(&well, &ink(Color::from_rgb(70, 110, 160)));
        let rim = well.op(&well.make_offset((0.0, 4.0)), PathOp::Difference).expect("a shape");
        canvas.save();
        canvas.clip_path(&well, None, true);
        shadow(canvas, &rim, 3.0);
        canvas.restore();
    });
}

fn styled(size: f32, color: Color, change: impl FnOnce(&mut TextStyle)) -> TextStyle {
    let mut style = text_style(size, color);
    change(&mut style);
    style
}

#[test]
fn text() {
    check("text", 320, 210, |canvas| {
        let fonts = fonts();
        let plain = ParagraphStyle::new();
        let mut one_line = ParagraphStyle::new();
        one_line.set_ellipsis("…");
        let mut centred = ParagraphStyle::new();
        centred.set_text_align(TextAlign::Center);
        let style = text_style(13.0, LIGHT);
        let draw = |style: &ParagraphStyle, text_style: &TextStyle, text: &str, x: i32, y: i32, width: f32| {
            paragraph(&fonts, style, text_style, text, width).paint(canvas, (x, y));
        };
        let bold = skia_safe::font_style::Weight::from(600);
        let (width, slant) = (skia_safe::font_style::Width::NORMAL, skia_safe::font_style::Slant::Upright);
        let title = styled(22.0, Color::WHITE, |style| {
            style.set_font_style(skia_safe::FontStyle::new(bold, width, slant));
        });
        draw(&plain, &title, "Loudest part at 2:14", 10, 6, 300.0);
        draw(&plain, &style, "The vocal is 2.4 dB under; a broad lift brings it forward.", 10, 40, 150.0);
        draw(&one_line, &style, "Too long for its one line of text", 180, 40, 130.0);
        draw(&centred, &style, "centred\nin two lines", 180, 62, 130.0);
        draw(&plain, &text_style(16.0, ORANGE), "▾ ▴ ≡ × ✓ ← → ↑ ⚙ ✕", 10, 112, 170.0);
        draw(&plain, &text_style(16.0, LIGHT), "Größe Ωμ Звук łąćž −6\u{2009}dB", 10, 142, 300.0);
        let tabular = styled(16.0, BLUE, |style| {
            style.set_font_families(&["Inter"]);
        });
        draw(&plain, &tabular, "−11.1 LUFS\n−08.4 LUFS", 190, 98, 120.0);
        let lined = styled(13.0, LIGHT, |style| {
            style.set_decoration_type(TextDecoration::UNDERLINE);
            style.set_decoration_color(ORANGE);
        });
        draw(&plain, &lined, "underlined", 10, 172, 100.0);
        let outlined = styled(30.0, LIGHT, |style| {
            style.set_foreground_paint(&pen(BLUE, 1.2));
        });
        draw(&plain, &outlined, "Stroke", 100, 165, 200.0);
        canvas.save();
        canvas.rotate(-12.0, Some(Point::new(230.0, 190.0)));
        draw(&plain, &style, "turned", 230, 180, 100.0);
        canvas.restore();
    });
}

#[test]
fn images() {
    check("images", 200, 90, |canvas| {
        let mut source = Scene::new(16, 16, Color::TRANSPARENT, |canvas| {
            canvas.draw_rect(Rect::from_wh(16.0, 16.0), &ink(BLUE));
            canvas.draw_circle((8.0, 8.0), 6.0, &ink(ORANGE));
            canvas.draw_rect(Rect::new(0.0, 0.0, 4.0, 4.0), &ink(Color::WHITE));
        });
        let image = source.surface.image_snapshot();
        canvas.draw_image(&image, (10, 10), None);
        canvas.draw_image_rect(&image, None, Rect::from_xywh(40.0, 10.0, 64.0, 64.0), &ink(Color::BLACK));
        let mut tiled = ink(Color::BLACK);
        let local = Matrix::translate((120.0, 10.0));
        tiled.set_shader(image.to_shader((TileMode::Repeat, TileMode::Repeat), FilterMode::Nearest, &local));
        canvas.draw_round_rect(Rect::from_xywh(120.0, 10.0, 40.0, 64.0), 10.0, 10.0, &tiled);
        canvas.save();
        canvas.rotate(30.0, Some(Point::new(180.0, 40.0)));
        let mut half = Paint::default();
        half.set_alpha_f(0.6);
        canvas.draw_image(&image, (172, 32), Some(&half));
        canvas.restore();
    });
}

#[test]
fn documents() {
    const ICON: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">
        <defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop stop-color="#5aa0ff"/><stop offset="1" stop-color="#ff9646"/></linearGradient></defs>
        <circle cx="12" cy="12" r="9" fill="url(#g)"/>
        <path d="M7 12 l3.5 3.5 L17 9" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>
    </svg>"##;
    check("documents", 150, 70, |canvas| {
        let icon = svg::Dom::from_str(ICON, FontMgr::default()).expect("an SVG document");
        canvas.save();
        canvas.translate((6.0, 6.0));
        icon.render(canvas);
        canvas.restore();
        canvas.save();
        canvas.translate((40.5, 6.0)).scale((2.5, 2.5));
        icon.render(canvas);
        canvas.restore();
        // Tinted, as icons of one colour are.
        canvas.save_layer(&SaveLayerRec::default());
        canvas.translate((104.0, 12.0)).scale((1.5, 1.5));
        icon.render(canvas);
        let mut tint = ink(LIGHT);
        tint.set_blend_mode(BlendMode::SrcIn);
        canvas.draw_paint(&tint);
        canvas.restore();
    });
    assert!(svg::Dom::from_str("<svg", FontMgr::default()).is_err());
}
