use super::SaveLayerRec;
use super::clip::Clip;
use super::state::State;
use crate::geometry::{IRect, Matrix};
use crate::paint::{ImageFilter, Paint, SamplingOptions};
use crate::raster::blur;
use crate::raster::pixels::Pixels;

/// An image that is drawn on: the surface, or what will be drawn on the layer below as one.
pub(super) struct Layer {
    pub pixels: Pixels,
    /// Outside it the layer is transparent.
    pub touched: IRect,
    /// Nothing is drawn outside.
    pub bounds: IRect,
    paint: Paint,
}

impl Layer {
    pub fn surface(pixels: Pixels) -> Self {
        let bounds = pixels.bounds();
        Self { pixels, touched: bounds, bounds, paint: Paint::default() }
    }
}

impl State {
    pub fn save_layer(&mut self, rec: &SaveLayerRec<'_>) -> usize {
        let count = self.save(true);
        let surface = self.layers[0].bounds;
        let mut bounds = self.clip.rect;
        if let Some(wanted) = rec.bounds {
            bounds = bounds.intersection(&self.matrix.map_rect(wanted).0.round_out());
        }
        let mut pixels = self.pool.pop().unwrap_or_else(|| Pixels::new(surface.width(), surface.height()));
        let mut touched = IRect::default();
        if let Some(filter) = rec.backdrop {
            let area = crop(filter, &self.matrix).map_or(bounds, |crop| crop.intersection(&bounds));
            if !area.is_empty() {
                let mut backdrop = self.top().pixels.part(area);
                blur_pixels(&mut backdrop, filter);
                pixels.place(&backdrop, backdrop.bounds(), (area.left, area.top));
                touched = area;
            }
        }
        let paint = rec.paint.cloned().unwrap_or_default();
        self.layers.push(Layer { pixels, touched, bounds, paint });
        self.clip = Clip::new(bounds);
        count
    }

    /// Takes the topmost layer and draws it on the one below, with the matrix and clip from before it.
    pub(super) fn draw_layer(&mut self) {
        let Some(Layer { mut pixels, touched, bounds, paint }) = self.layers.pop() else { return };
        let area = touched.intersection(&bounds);
        let matrix = std::mem::take(&mut self.matrix);
        match paint.image_filter.as_ref().filter(|_| !area.is_empty()) {
            Some(filter) => {
                let source = crop(filter, &matrix).map_or(area, |crop| crop.intersection(&area));
                if !source.is_empty() {
                    let (x, y) = filter.blur.unwrap_or_default();
                    let (reach_x, reach_y) = (blur::reach(x), blur::reach(y));
                    let mut filtered = Pixels::new(source.width() + 2 * reach_x, source.height() + 2 * reach_y);
                    filtered.place(&pixels, source, (reach_x, reach_y));
                    blur_pixels(&mut filtered, filter);
                    let all = filtered.bounds();
                    self.draw_pixels(&filtered, all, (source.left - reach_x, source.top - reach_y), &paint);
                }
            }
            None => self.draw_pixels(&pixels, area, (0, 0), &paint),
        }
        self.matrix = matrix;
        pixels.clear(touched);
        self.pool.push(pixels);
    }

    /// Draws `part` of `pixels`, whose top left corner comes to `at` in whole pixels.
    pub fn draw_pixels(&mut self, pixels: &Pixels, part: IRect, at: (i32, i32), paint: &Paint) {
        let matrix = Matrix::translate(at);
        self.draw_image(pixels, part, &matrix, SamplingOptions::default(), paint);
    }
}

fn crop(filter: &ImageFilter, matrix: &Matrix) -> Option<IRect> {
    filter.crop.map(|crop| matrix.map_rect(crop).0.round_out())
}

fn blur_pixels(pixels: &mut Pixels, filter: &ImageFilter) {
    if let Some((x, y)) = filter.blur {
        let (width, height) = (pixels.width() as usize, pixels.height() as usize);
        blur::blur::<4>(pixels.bytes_mut(), width, height, x, y);
    }
}
