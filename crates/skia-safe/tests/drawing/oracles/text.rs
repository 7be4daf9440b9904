//! Lines, letters and what is where.

use crate::scene::{Scene, fonts, paragraph, text_style};
use skia_safe::font_style::{Slant, Weight, Width};
use skia_safe::textlayout::{ParagraphStyle, RectHeightStyle, RectWidthStyle, TextAlign, TextDecoration};
use skia_safe::{Color, FontStyle};

const LONG: &str = "The limiter holds the ceiling while the compressor breathes with the song";

fn plain() -> ParagraphStyle {
    ParagraphStyle::new()
}

#[test]
fn lines_fit_into_the_width_and_leave_no_letter_out() {
    let fonts = fonts();
    for width in [60.0f32, 120.0, 300.0] {
        let text = paragraph(&fonts, &plain(), &text_style(14.0, Color::BLACK), LONG, width);
        let lines = text.get_line_metrics();
        assert!(text.longest_line() <= width.max(text.min_intrinsic_width()) + 0.01);
        assert_eq!(lines.first().map(|line| line.start_index), Some(0));
        assert_eq!(lines.last().map(|line| line.end_including_newline), Some(LONG.len()));
        for pair in lines.windows(2) {
            assert_eq!(pair[0].end_including_newline, pair[1].start_index);
            assert!(pair[0].baseline < pair[1].baseline);
        }
    }
}

#[test]
fn a_line_is_as_high_as_its_letters_ask_for_and_no_higher() {
    let fonts = fonts();
    let height = |size: f32| {
        let text = paragraph(&fonts, &plain(), &text_style(size, Color::BLACK), "one line", 1000.0);
        text.get_line_metrics()[0].height as f32 / size
    };
    // Inter's ascent and descent are 0.969 and 0.241 of its size; lines are whole pixels high.
    for size in [8.0f32, 9.0, 12.0, 16.0, 40.0] {
        assert!((height(size) - 1.21).abs() <= 1.0 / size, "{} at {size}", height(size));
    }
}

#[test]
fn a_line_break_in_the_text_ends_a_line() {
    let text = paragraph(&fonts(), &plain(), &text_style(14.0, Color::BLACK), "one\ntwo", 1000.0);
    let lines = text.get_line_metrics();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].hard_break && !lines[1].hard_break);
    assert_eq!((lines[0].end_index, lines[0].end_including_newline), (3, 4));
}

#[test]
fn an_ellipsis_stands_for_what_does_not_fit() {
    let mut style = plain();
    style.set_ellipsis("…");
    let fonts = fonts();
    for width in [40.0f32, 100.0, 250.0] {
        let text = paragraph(&fonts, &style, &text_style(14.0, Color::BLACK), LONG, width);
        assert_eq!(text.line_number(), 1);
        assert!(text.did_exceed_max_lines());
        assert!(text.longest_line() <= width, "{} in {width}", text.longest_line());
        // Another letter would not have fitted.
        assert!(text.longest_line() > width - 20.0, "{} in {width}", text.longest_line());
    }
    let wide = paragraph(&fonts, &style, &text_style(14.0, Color::BLACK), LONG, 2000.0);
    assert!(!wide.did_exceed_max_lines());
    style.set_max_lines(2);
    let two = paragraph(&fonts, &style, &text_style(14.0, Color::BLACK), LONG, 150.0);
    assert_eq!((two.line_number(), two.did_exceed_max_lines()), (2, true));
}

#[test]
fn what_an_ellipsis_leaves_is_whole_letters_at_any_width() {
    let words = "−6\u{2009}dB − über Größe − Ωμ Звук − −−−";
    let mut style = plain();
    style.set_ellipsis("…");
    for width in 1..200 {
        let text = paragraph(&fonts(), &style, &text_style(13.0, Color::BLACK), words, width as f32);
        let line = text.get_line_metrics_at(0).expect("a line");
        assert!(words.is_char_boundary(line.end_index), "{width}: {}", line.end_index);
        assert!(words.is_char_boundary(line.end_including_newline), "{width}: {}", line.end_including_newline);
    }
}

#[test]
fn tabular_figures_are_as_wide_as_each_other() {
    let fonts = fonts();
    let width =
        |text: &str| paragraph(&fonts, &plain(), &text_style(20.0, Color::BLACK), text, 1000.0).max_intrinsic_width();
    assert!((width("1111") - width("0000")).abs() < 0.01);
    assert!((width("−11.1") - width("−08.4")).abs() < 0.01);
    assert!((width("iiii") - width("mmmm")).abs() > 2.0);
}

/// Columns with ink, the number of separate groups of them.
fn groups(scene: &mut Scene) -> usize {
    let (values, width) = (scene.channel(0), scene.surface.width() as usize);
    let inked: Vec<bool> = (0..width).map(|x| values.iter().skip(x).step_by(width).any(|value| *value > 0.3)).collect();
    inked.windows(2).filter(|pair| !pair[0] && pair[1]).count()
}

#[test]
fn signs_that_the_family_lacks_come_from_another() {
    let fonts = fonts();
    // What no font has, a private-use letter, is drawn as an empty box: what signs must not look like.
    let drawn = |text: &str| {
        let text = paragraph(&fonts, &plain(), &text_style(24.0, Color::WHITE), text, 100.0);
        Scene::new(50, 40, Color::BLACK, |canvas| text.paint(canvas, (10, 4))).channel(0)
    };
    let missing = drawn("\u{E123}");
    for sign in ["▾", "▴", "≡", "×", "✓", "−", "←", "→", "↑", "↓", "±", "∞", "⚙", "✕", "⋮", "…", "°"]
    {
        let pixels = drawn(sign);
        assert!(pixels.iter().sum::<f64>() > 5.0, "{sign} is blank");
        assert_ne!(pixels, missing, "{sign} is missing");
    }
    let thin =
        |text: &str| paragraph(&fonts, &plain(), &text_style(24.0, Color::WHITE), text, 400.0).max_intrinsic_width();
    let (none, thin_space, space) = (thin("−6dB"), thin("−6\u{2009}dB"), thin("−6 dB"));
    assert!(none + 1.0 < thin_space && thin_space < space, "{none} {thin_space} {space}");
}

#[test]
fn alignment_moves_lines_within_the_width() {
    let fonts = fonts();
    let left = |align| {
        let mut style = plain();
        style.set_text_align(align);
        let text = paragraph(&fonts, &style, &text_style(14.0, Color::BLACK), "word", 200.0);
        let line = text.get_line_metrics_at(0).expect("a line");
        (line.left as f32, line.width as f32)
    };
    let width = left(TextAlign::Left).1;
    assert_eq!(left(TextAlign::Left).0, 0.0);
    assert!((left(TextAlign::Right).0 - (200.0 - width)).abs() < 0.01);
    assert!((left(TextAlign::Center).0 - (200.0 - width) / 2.0).abs() < 0.51);
    assert!((left(TextAlign::End).0 - left(TextAlign::Right).0).abs() < 0.01);
}

#[test]
fn a_place_and_the_letter_there_belong_together() {
    let source = "Größe: 440 Hz";
    let text = paragraph(&fonts(), &plain(), &text_style(18.0, Color::BLACK), source, 400.0);
    let mut units = 0;
    for (byte, letter) in source.char_indices() {
        let boxes =
            text.get_rects_for_range(units..units + letter.len_utf16(), RectHeightStyle::Tight, RectWidthStyle::Tight);
        let rect = boxes[0].rect;
        let position = text.get_glyph_position_at_coordinate((rect.left + 0.1 * rect.width(), rect.center_y()));
        assert_eq!(position.position as usize, units, "before {letter}");
        let cluster = text.get_closest_glyph_cluster_at(rect.center()).expect("a cluster");
        assert_eq!(cluster.text_range.start, byte);
        assert_eq!(text.get_glyph_cluster_at(byte), Some(cluster));
        units += letter.len_utf16();
    }
    assert_eq!(text.get_line_number_at(source.len()), Some(0));
}

#[test]
fn letters_are_where_the_layout_says() {
    let text = paragraph(&fonts(), &plain(), &text_style(32.0, Color::WHITE), "I I I", 200.0);
    let mut scene = Scene::new(200, 60, Color::BLACK, |canvas| text.paint(canvas, (10, 5)));
    assert_eq!(groups(&mut scene), 3);
    let ink: Vec<usize> =
        scene.channel(0).iter().enumerate().filter(|(_, v)| **v > 0.3).map(|(i, _)| i / 200).collect();
    let baseline = 5.0 + text.alphabetic_baseline();
    let lowest = ink.iter().max().expect("ink") + 1;
    assert!((lowest as f32 - baseline).abs() <= 1.0, "{lowest} and {baseline}");
    // Inter's capitals are 0.727 of the size high.
    let height = lowest - ink.iter().min().expect("ink");
    assert!((height as f32 - 0.727 * 32.0).abs() <= 1.0, "{height}");
}

#[test]
fn a_heavier_weight_has_more_ink() {
    let fonts = fonts();
    let ink = |weight: i32| {
        let mut style = text_style(24.0, Color::WHITE);
        style.set_font_style(FontStyle::new(Weight::from(weight), Width::NORMAL, Slant::Upright));
        let text = paragraph(&fonts, &plain(), &style, "Ceiling", 300.0);
        Scene::new(200, 40, Color::BLACK, |canvas| text.paint(canvas, (5, 5))).area()
    };
    assert!(ink(600) > 1.15 * ink(400), "{} and {}", ink(600), ink(400));
}

#[test]
fn decorations_run_along_the_text() {
    let fonts = fonts();
    let area = |decoration| {
        let mut style = text_style(20.0, Color::BLACK);
        style.set_decoration_type(decoration);
        style.set_decoration_color(Color::WHITE);
        let text = paragraph(&fonts, &plain(), &style, "along", 300.0);
        (Scene::new(200, 40, Color::BLACK, |canvas| text.paint(canvas, (5, 5))).area(), text.longest_line())
    };
    for decoration in [TextDecoration::UNDERLINE, TextDecoration::LINE_THROUGH, TextDecoration::OVERLINE] {
        let (area, length) = area(decoration);
        assert!(area >= f64::from(length) - 2.0, "{decoration:?}: {area} along {length}");
    }
    assert_eq!(area(TextDecoration::NO_DECORATION).0, 0.0);
}

#[test]
fn text_through_a_turned_canvas_has_as_much_ink() {
    let text = paragraph(&fonts(), &plain(), &text_style(30.0, Color::WHITE), "Turn", 200.0);
    let mut upright = Scene::new(120, 120, Color::BLACK, |canvas| text.paint(canvas, (20, 40)));
    let mut turned = Scene::new(120, 120, Color::BLACK, |canvas| {
        canvas.rotate(30.0, Some((60.0, 60.0).into()));
        text.paint(canvas, (20, 40));
    });
    assert!((upright.area() / turned.area() - 1.0).abs() < 0.02, "{} and {}", upright.area(), turned.area());
}
