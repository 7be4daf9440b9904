//! Speed of drawing: `cargo bench -p skia-safe`.
//!
//! Prints CPU milliseconds for what a window draws again and again, each the fastest of many runs: others on the machine can only slow a run down.

use cpu_time::ThreadTime;
use skia_safe::canvas::SaveLayerRec;
use skia_safe::gradient_shader::{Gradient, GradientColors, Interpolation};
use skia_safe::textlayout::{FontCollection, ParagraphBuilder, ParagraphStyle, TextStyle, TypefaceFontProvider};
use skia_safe::{
    BlurStyle, Canvas, ClipOp, Color, Color4f, FontMgr, MaskFilter, Paint, PaintJoin, PaintStyle, Path, PathBuilder,
    RRect, Rect, SamplingOptions, TileMode, shaders, surfaces,
};
use std::time::Duration;

const WIDTH: i32 = 1100;
const HEIGHT: i32 = 680;
const RUNS: usize = 200;

fn main() {
    let fonts = fonts();
    println!("{:44} {:>9}", format!("{WIDTH} × {HEIGHT}"), "CPU ms");
    let time = |name: &str, draw: &dyn Fn(&Canvas, usize)| {
        let mut surface = surfaces::raster_n32_premul((WIDTH, HEIGHT)).expect("a surface has a size");
        surface.canvas().clear(Color::from_rgb(20, 22, 28));
        let fastest = (0..RUNS)
            .map(|run| {
                let begin = ThreadTime::now();
                draw(surface.canvas(), run);
                begin.elapsed()
            })
            .min()
            .unwrap_or(Duration::ZERO);
        println!("{name:44} {:9.3}", fastest.as_secs_f64() * 1e3);
    };
    time("clear", &|canvas, _| {
        canvas.clear(Color::from_rgb(20, 22, 28));
    });
    time("12 panels with shadows", &|canvas, _| panels(canvas));
    time("curve of 1,100 points, stroke 1.5", &|canvas, run| {
        canvas.draw_path(&curve(run, 1100, false), &stroke(1.5));
    });
    time("curve of 4,400 points, stroke 1.5", &|canvas, run| {
        canvas.draw_path(&curve(run, 4400, false), &stroke(1.5));
    });
    time("curve of 1,100 points, stroke 6, round joins", &|canvas, run| {
        canvas.draw_path(&curve(run, 1100, false), stroke(6.0).set_stroke_join(PaintJoin::Round));
    });
    time("area under 1,100 points, one colour", &|canvas, run| {
        canvas.draw_path(&curve(run, 1100, true), &fill(Color::from_argb(120, 90, 160, 255)));
    });
    time("area under 1,100 points, gradient down", &|canvas, run| {
        canvas.draw_path(&curve(run, 1100, true), &gradient((0.0, 0.0), (0.0, 340.0)));
    });
    time("area under 1,100 points, gradient across", &|canvas, run| {
        canvas.draw_path(&curve(run, 1100, true), &gradient((0.0, 0.0), (1100.0, 0.0)));
    });
    time("60 labels, the same ones", &|canvas, _| labels(canvas, &fonts, |i| format!("Threshold {i} dB")));
    time("60 labels, new ones", &|canvas, run| labels(canvas, &fonts, |i| format!("−{run}.{i} dB")));
    time("30 meters", &meters);
    time("layer of half opacity, 860 × 300", &|canvas, run| {
        canvas.save_layer_alpha_f(None, 0.5);
        canvas.draw_rect(Rect::from_xywh(100.0, 100.0, 860.0, 300.0), &fill(Color::from_rgb(run as u8, 90, 80)));
        canvas.restore();
    });
    time("everything: a full frame", &|canvas, run| {
        canvas.clear(Color::from_rgb(20, 22, 28));
        panels(canvas);
        spectrum(canvas, run);
        labels(canvas, &fonts, |i| format!("Threshold {i} dB"));
        labels(canvas, &fonts, |i| format!("−{run}.{i} dB"));
        meters(canvas, run);
    });
    copy();
}

/// A full frame shown, and one in which a meter moved.
fn copy() {
    let size = (WIDTH, HEIGHT);
    let mut surface = surfaces::raster_n32_premul(size).expect("a surface has a size");
    let mut dirty = surface.new_surface_with_dimensions(size).expect("a surface has a size");
    for (name, area) in [
        ("copy of a full frame", Rect::from_wh(1100.0, 680.0)),
        ("copy after a meter moved", Rect::from_xywh(900.0, 100.0, 20.0, 200.0)),
    ] {
        let fastest = (0..RUNS)
            .map(|run| {
                dirty.canvas().draw_rect(area, &fill(Color::from_rgb(run as u8, 20, 30)));
                let begin = ThreadTime::now();
                dirty.draw(surface.canvas(), (0, 0), SamplingOptions::default(), None);
                begin.elapsed()
            })
            .min()
            .unwrap_or(Duration::ZERO);
        println!("{name:44} {:9.3}", fastest.as_secs_f64() * 1e3);
    }
}

fn fill(color: Color) -> Paint {
    let mut paint = Paint::default();
    paint.set_anti_alias(true).set_color(color);
    paint
}

fn stroke(width: f32) -> Paint {
    let mut paint = fill(Color::from_rgb(170, 220, 255));
    paint.set_style(PaintStyle::Stroke).set_stroke_width(width);
    paint
}

fn gradient(from: (f32, f32), to: (f32, f32)) -> Paint {
    let colors = [Color4f::new(0.35, 0.75, 1.0, 0.85), Color4f::new(0.35, 0.3, 0.9, 0.05)];
    let stops = GradientColors::new(&colors, None, TileMode::Clamp, None);
    let mut paint = fill(Color::BLACK);
    paint.set_shader(shaders::linear_gradient((from, to), &Gradient::new(stops, Interpolation::default()), None));
    paint
}

/// A spectrum's trace, 340 pixels high; with `close` the area under it.
fn curve(run: usize, points: usize, close: bool) -> Path {
    let mut builder = PathBuilder::new();
    for i in 0..points {
        let t = i as f32 / (points - 1) as f32;
        let bumps = (-(t - 0.25).powi(2) * 30.0).exp() * 0.7 + (-(t - 0.62).powi(2) * 120.0).exp() * 0.4;
        let ripple = 0.06 * ((t * 390.0 + run as f32).sin() * (t * 137.0).cos()).abs();
        let point = (t * 1100.0, 340.0 * (1.0 - (bumps + ripple + 0.05).min(0.98)));
        if i == 0 {
            builder.move_to(point);
        } else {
            builder.line_to(point);
        }
    }
    if close {
        builder.line_to((1100.0, 340.0)).line_to((0.0, 340.0)).close();
    }
    builder.detach()
}

fn spectrum(canvas: &Canvas, run: usize) {
    let grid = stroke(1.0);
    for i in 0..24 {
        let x = 40.5 + 45.0 * i as f32;
        canvas.draw_line((x, 0.0), (x, 340.0), &grid);
    }
    canvas.draw_path(&curve(run, 1100, true), &gradient((0.0, 0.0), (0.0, 340.0)));
    canvas.draw_path(&curve(run + 7, 1100, false), &stroke(1.0));
    canvas.draw_path(&curve(run, 1100, false), &stroke(1.5));
}

/// As vizia draws them: shadow around, ground, border.
fn panels(canvas: &Canvas) {
    for i in 0..12 {
        let rect = Rect::from_xywh(20.0 + 270.0 * (i % 4) as f32, 20.0 + 220.0 * (i / 4) as f32, 250.0, 200.0);
        let path = Path::rrect(RRect::new_rect_xy(rect, 10.0, 10.0), None);
        let mut shadow = fill(Color::from_argb(160, 0, 0, 0));
        shadow.set_mask_filter(MaskFilter::blur(BlurStyle::Normal, 7.0, false));
        canvas.save();
        canvas.clip_path(&path, ClipOp::Difference, true);
        canvas.draw_path(&path.make_offset((0.0, 6.0)), &shadow);
        canvas.restore();
        canvas.draw_path(&path, &fill(Color::from_rgb(38, 42, 51)));
        let inner = RRect::new_rect_xy(rect.with_inset((0.5, 0.5)), 9.5, 9.5);
        canvas.draw_rrect(inner, &stroke(1.0));
    }
}

fn labels(canvas: &Canvas, fonts: &FontCollection, text: impl Fn(usize) -> String) {
    let mut style = TextStyle::new();
    style.set_font_families(&["Inter"]).set_font_size(13.0).set_color(Color::from_rgb(216, 220, 230));
    for i in 0..60 {
        let mut builder = ParagraphBuilder::new(&ParagraphStyle::new(), fonts);
        builder.push_style(&style).add_text(text(i));
        let mut paragraph = builder.build();
        paragraph.layout(200.0);
        paragraph.paint(canvas, (20.0 + 180.0 * (i % 6) as f32, 10.0 + 66.0 * (i / 6) as f32));
    }
}

fn meters(canvas: &Canvas, run: usize) {
    canvas.save_layer(&SaveLayerRec::default());
    for i in 0..30 {
        let x = 30.0 + 35.0 * i as f32;
        let height = 150.0 * (0.5 + 0.5 * ((run * 7 + i * 13) as f32 * 0.1).sin());
        canvas.draw_round_rect(Rect::from_xywh(x, 450.0, 12.0, 160.0), 3.0, 3.0, &fill(Color::from_rgb(30, 34, 42)));
        canvas.draw_round_rect(
            Rect::from_xywh(x, 610.0 - height, 12.0, height),
            3.0,
            3.0,
            &gradient((0.0, 450.0), (0.0, 610.0)),
        );
    }
    canvas.restore();
}

fn fonts() -> FontCollection {
    let file = include_bytes!("../../../assets/fonts/Inter-Regular.otf");
    let mut provider = TypefaceFontProvider::new();
    provider.register_typeface(FontMgr::new().new_from_data(file, None).expect("a font file"), None);
    let mut fonts = FontCollection::new();
    fonts.set_asset_font_manager(Some(provider.into()));
    fonts
}
