use crate::geom::*;
use crate::image::Image;
use crate::paint::*;
use crate::path::{Path, PathBuilder, PathFillType};
use crate::raster;
use std::cell::RefCell;
use std::rc::Rc;
use tiny_skia::{FillRule, Mask, Pixmap, PixmapPaint, Transform};

#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum ClipOp {
    Difference,
    #[default]
    Intersect,
}

#[derive(Clone, Default)]
pub struct SaveLayerRec<'a> {
    bounds: Option<&'a Rect>,
    paint: Option<&'a Paint>,
    backdrop: Option<&'a ImageFilter>,
}
impl<'a> SaveLayerRec<'a> {
    pub fn bounds(mut self, b: &'a Rect) -> Self {
        self.bounds = Some(b);
        self
    }
    pub fn paint(mut self, p: &'a Paint) -> Self {
        self.paint = Some(p);
        self
    }
    pub fn backdrop(mut self, f: &'a ImageFilter) -> Self {
        self.backdrop = Some(f);
        self
    }
}

#[derive(Clone)]
struct Clip {
    rect: IRect,
    /// Full size coverage, meaningful inside `rect`.
    mask: Option<Rc<Mask>>,
    /// `mask` with everything outside `rect` cleared, made on demand.
    exact: Option<Rc<Mask>>,
}
struct Save {
    m: Matrix,
    clip: Clip,
    layer: bool,
}
pub(crate) struct Layer {
    pub pix: Pixmap,
    touched: IRect,
    bounds: IRect,
    paint: Option<Paint>,
    crop: Option<IRect>,
}
pub(crate) struct State {
    pub layers: Vec<Layer>,
    pool: Vec<Pixmap>,
    m: Matrix,
    clip: Clip,
    stack: Vec<Save>,
    rect_masks: Vec<(IRect, Rc<Mask>)>,
    shadows: Vec<(u64, Rc<Vec<u8>>)>,
}

pub struct Canvas(pub(crate) RefCell<State>);

fn rule(f: PathFillType) -> FillRule {
    match f {
        PathFillType::Winding | PathFillType::InverseWinding => FillRule::Winding,
        _ => FillRule::EvenOdd,
    }
}
fn is_inverse(f: PathFillType) -> bool {
    matches!(f, PathFillType::InverseWinding | PathFillType::InverseEvenOdd)
}

impl State {
    fn new(w: u32, h: u32) -> Self {
        let all = IRect::new(0, 0, w as i32, h as i32);
        let base =
            Layer { pix: Pixmap::new(w.max(1), h.max(1)).unwrap(), touched: all, bounds: all, paint: None, crop: None };
        State {
            layers: vec![base],
            pool: Vec::new(),
            m: Matrix::new_identity(),
            clip: Clip { rect: all, mask: None, exact: None },
            stack: Vec::new(),
            rect_masks: Vec::new(),
            shadows: Vec::new(),
        }
    }
    fn size(&self) -> (u32, u32) {
        (self.layers[0].pix.width(), self.layers[0].pix.height())
    }
    fn top(&mut self) -> &mut Layer {
        self.layers.last_mut().unwrap()
    }
    /// The mask to give to tiny-skia for a draw that covers `dev`; None: no mask needed.
    fn mask_for(&mut self, dev: IRect) -> Option<Rc<Mask>> {
        let inside = self.clip.rect.holds(&dev);
        match (&self.clip.mask, inside) {
            (None, true) => None,
            (Some(m), true) => Some(m.clone()),
            (None, false) => {
                let r = self.clip.rect;
                if let Some((_, m)) = self.rect_masks.iter().find(|(k, _)| *k == r) {
                    return Some(m.clone());
                }
                let (w, h) = self.size();
                let mut m = Mask::new(w, h).unwrap();
                for y in r.top..r.bottom {
                    let o = (y * w as i32 + r.left) as usize;
                    m.data_mut()[o..o + r.width() as usize].fill(255);
                }
                let m = Rc::new(m);
                if self.rect_masks.len() >= 8 {
                    self.rect_masks.remove(0);
                }
                self.rect_masks.push((r, m.clone()));
                Some(m)
            }
            (Some(m), false) => {
                if self.clip.exact.is_none() {
                    let r = self.clip.rect;
                    let (w, h) = self.size();
                    let mut e = Mask::new(w, h).unwrap();
                    for y in r.top..r.bottom {
                        let o = (y * w as i32 + r.left) as usize;
                        let n = r.width() as usize;
                        e.data_mut()[o..o + n].copy_from_slice(&m.data()[o..o + n]);
                    }
                    self.clip.exact = Some(Rc::new(e));
                }
                self.clip.exact.clone()
            }
        }
    }
    /// Prepares a draw that covers `dev`; None when nothing can be seen.
    fn begin(&mut self, dev: IRect) -> Option<Option<Rc<Mask>>> {
        let vis = dev.sect(&self.clip.rect);
        if vis.is_empty() {
            return None;
        }
        let mask = self.mask_for(dev);
        let top = self.top();
        top.touched = top.touched.union(&vis);
        Some(mask)
    }
    fn clip_path(&mut self, path: &Path, op: ClipOp, aa: bool) {
        let op = if is_inverse(path.0.fill) {
            if op == ClipOp::Intersect { ClipOp::Difference } else { ClipOp::Intersect }
        } else {
            op
        };
        if op == ClipOp::Intersect {
            for p in &path.0.and {
                self.clip_path(p, op, aa);
            }
            for p in &path.0.not {
                self.clip_path(p, ClipOp::Difference, aa);
            }
        }
        let m = self.m;
        let Some(ts) = &path.0.path else {
            if op == ClipOp::Intersect {
                self.clip.rect = IRect::default();
            }
            return;
        };
        let dev = m
            .map_rect(if !path.0.compound() {
                path.0.bounds
            } else {
                let b = ts.bounds();
                Rect::new(b.left(), b.top(), b.right(), b.bottom())
            })
            .0;
        self.clip.exact = None;
        if op == ClipOp::Intersect {
            if path.0.rect.is_some() && m.rect_stays_rect() {
                // snapped to whole pixels
                self.clip.rect = self.clip.rect.sect(&dev.round());
                return;
            }
            let r = self.clip.rect.sect(&dev.round_out());
            if r.is_empty() {
                self.clip.rect = r;
                return;
            }
            let mut mask = match &self.clip.mask {
                Some(m) => (**m).clone(),
                None => {
                    let (w, h) = self.size();
                    let mut k = Mask::new(w, h).unwrap();
                    k.fill_path(ts, rule(path.0.fill), aa, m.ts());
                    self.clip.rect = r;
                    self.clip.mask = Some(Rc::new(k));
                    return;
                }
            };
            mask.intersect_path(ts, rule(path.0.fill), aa, m.ts());
            self.clip.rect = r;
            self.clip.mask = Some(Rc::new(mask));
        } else {
            if dev.round_out().sect(&self.clip.rect).is_empty() {
                return;
            }
            let (w, h) = self.size();
            let mut k = Mask::new(w, h).unwrap();
            k.fill_path(ts, rule(path.0.fill), aa, m.ts());
            match &self.clip.mask {
                None => k.invert(),
                Some(old) => {
                    for (a, b) in k.data_mut().iter_mut().zip(old.data()) {
                        *a = ((255 - *a as u32) * *b as u32 / 255) as u8;
                    }
                }
            }
            self.clip.mask = Some(Rc::new(k));
        }
    }

    fn draw_path(&mut self, path: &Path, paint: &Paint) {
        if let Some(mf) = &paint.mask {
            return self.draw_blurred(path, paint, mf.sigma, mf.respect_ctm);
        }
        if path.0.compound() {
            let keep = self.clip.clone();
            for p in &path.0.and {
                self.clip_path(p, ClipOp::Intersect, paint.aa);
            }
            for p in &path.0.not {
                self.clip_path(p, ClipOp::Difference, paint.aa);
            }
            let only = Path::from_ts(path.0.path.clone(), path.0.fill);
            self.draw_path(&only, paint);
            self.clip = keep;
            return;
        }
        let Some(ts) = &path.0.path else { return };
        if paint.color.a <= 0.0 && !paint.blend.unbounded() {
            return;
        }
        let m = self.m;
        if paint.style != PaintStyle::Stroke {
            let mut dev = m.map_rect(path.0.bounds).0;
            let plain = path.0.rect.is_some() && m.rect_stays_rect();
            if plain {
                // the clip rectangle is whole pixels, so it can cut the geometry itself
                dev = dev.sect(&self.clip.rect.into());
                if dev.is_empty() {
                    return;
                }
            }
            if self.fill_gradient(path, dev, paint) {
            } else if let Some(mask) = self.begin(dev.round_out()) {
                if let Some(mut p) = paint.ts() {
                    let pix = &mut self.top().pix;
                    match (plain, dev.ts()) {
                        (true, Some(r)) => {
                            p.shader.transform(m.ts());
                            pix.fill_rect(r, &p, Transform::identity(), mask.as_deref());
                        }
                        _ => pix.fill_path(ts, &p, rule(path.0.fill), m.ts(), mask.as_deref()),
                    }
                }
            }
        }
        if paint.style != PaintStyle::Fill {
            let grow = paint.width * 0.5 * paint.miter.max(1.5);
            let dev = m.map_rect(path.0.bounds.with_outset((grow, grow))).0;
            if let Some(mask) = self.begin(dev.round_out().outset(1)) {
                if let Some(p) = paint.ts() {
                    let st = paint.stroke();
                    self.top().pix.stroke_path(ts, &p, &st, m.ts(), mask.as_deref());
                }
            }
        }
    }

    /// Clamped gradients, source-over: several times faster than tiny-skia's pipeline.
    fn fill_gradient(&mut self, path: &Path, dev: Rect, paint: &Paint) -> bool {
        let (Some(sh), Some(ts), BlendMode::SrcOver) = (&paint.shader, &path.0.path, paint.blend) else {
            return false;
        };
        let Some(inv) = (self.m * sh.local).invert() else { return false };
        let i = inv.0;
        let (param, stops) = match &sh.kind {
            ShaderKind::Linear(a, b, st, TileMode::Clamp) => {
                let d = *b - *a;
                let l2 = d.x * d.x + d.y * d.y;
                if l2 <= 0.0 {
                    return false;
                }
                let (u, v) = (d.x / l2, d.y / l2);
                let c = u * (i[2] - a.x) + v * (i[5] - a.y);
                (raster::Param::Linear(u * i[0] + v * i[3], u * i[1] + v * i[4], c), st)
            }
            ShaderKind::Radial(c, r, st, TileMode::Clamp) if *r > 0.0 => {
                let k = 1.0 / r;
                (
                    raster::Param::Radial([i[0] * k, i[1] * k, (i[2] - c.x) * k, i[3] * k, i[4] * k, (i[5] - c.y) * k]),
                    st,
                )
            }
            _ => return false,
        };
        let r = dev.round_out().sect(&self.clip.rect);
        if r.is_empty() {
            return true;
        }
        let (w, h) = (r.width() as u32, r.height() as u32);
        let Some(mut k) = Mask::new(w, h) else { return true };
        let t = self.m.ts().post_translate(-r.left as f32, -r.top as f32);
        k.fill_path(ts, rule(path.0.fill), paint.aa, t);
        let lut = raster::ramp(stops, paint.color.a);
        let mask = self.clip.mask.clone();
        let top = self.top();
        top.touched = top.touched.union(&r);
        raster::shade(&mut top.pix, k.data(), r, &lut, &param, mask.as_deref());
        true
    }

    fn draw_blurred(&mut self, path: &Path, paint: &Paint, sigma: f32, ctm: bool) {
        let Some(ts) = &path.0.path else { return };
        let m = self.m;
        let sigma = if ctm { sigma * m.mean_scale() } else { sigma };
        let b = ts.bounds();
        let dev = m.map_rect(Rect::new(b.left(), b.top(), b.right(), b.bottom())).0;
        let pad = (sigma * 3.0).ceil() as i32 + 1;
        let r = dev.round_out().outset(pad);
        if r.sect(&self.clip.rect).is_empty() || r.width() > 8192 || r.height() > 8192 {
            return;
        }
        let (w, h) = (r.width() as u32, r.height() as u32);
        let t = m.ts().post_translate(-r.left as f32, -r.top as f32);
        // static shadows are drawn again and again: keep the last ones
        let key = {
            use std::hash::{Hash, Hasher};
            let mut k = std::collections::hash_map::DefaultHasher::new();
            (w, h, sigma.to_bits()).hash(&mut k);
            for v in [t.sx, t.kx, t.ky, t.sy] {
                v.to_bits().hash(&mut k);
            }
            for (i, p) in std::iter::once(path).chain(&path.0.and).chain(&path.0.not).enumerate() {
                (i <= path.0.and.len(), rule(p.0.fill) == FillRule::Winding).hash(&mut k);
                for p in p.0.path.iter().flat_map(|p| p.points()) {
                    let mut q = *p;
                    t.map_point(&mut q);
                    ((q.x * 16.0).round() as i32, (q.y * 16.0).round() as i32).hash(&mut k);
                }
            }
            k.finish()
        };
        let hit = self.shadows.iter().position(|s| s.0 == key);
        let cov = match hit {
            Some(i) => {
                let e = self.shadows.remove(i);
                let c = e.1.clone();
                self.shadows.push(e);
                c
            }
            None => {
                let Some(mut k) = Mask::new(w, h) else { return };
                k.fill_path(ts, rule(path.0.fill), true, t);
                for (list, keep) in [(&path.0.and, true), (&path.0.not, false)] {
                    for p in list {
                        let mut o = Mask::new(w, h).unwrap();
                        if let Some(ts) = &p.0.path {
                            o.fill_path(ts, rule(p.0.fill), true, t);
                        }
                        for (a, b) in k.data_mut().iter_mut().zip(o.data()) {
                            let b = if keep { *b } else { 255 - *b };
                            *a = (*a as u32 * b as u32 / 255) as u8;
                        }
                    }
                }
                raster::blur::<1>(k.data_mut(), w as usize, h as usize, sigma, sigma);
                let c = Rc::new(k.take());
                self.shadows.push((key, c.clone()));
                let mut total = 0;
                let keep = self
                    .shadows
                    .iter()
                    .rev()
                    .take_while(|s| {
                        total += s.1.len();
                        total < 8 << 20
                    })
                    .count();
                let n = self.shadows.len();
                self.shadows.drain(..n - keep.max(1));
                c
            }
        };
        self.blit(&cov, (w as i32, h as i32), (r.left, r.top), paint.color);
    }

    /// Coverage bitmap in device space, source-over.
    pub fn blit(&mut self, cov: &[u8], size: (i32, i32), at: (i32, i32), color: Color4f) {
        let dev = IRect::new(at.0, at.1, at.0 + size.0, at.1 + size.1);
        let vis = dev.sect(&self.clip.rect);
        if vis.is_empty() {
            return;
        }
        let c = color.ts().premultiply().to_color_u8();
        let rgba = [c.red(), c.green(), c.blue(), c.alpha()];
        let mask = self.clip.mask.clone();
        let top = self.top();
        top.touched = top.touched.union(&vis);
        raster::blit_a8(&mut top.pix, cov, size, at, rgba, vis, mask.as_deref());
    }
    pub fn matrix(&self) -> Matrix {
        self.m
    }
    pub fn clip_rect(&self) -> IRect {
        self.clip.rect
    }

    fn draw_paint(&mut self, paint: &Paint) {
        let mut r = self.clip.rect;
        if paint.blend.keeps_empty() {
            r = r.sect(&self.top().touched);
        }
        if r.is_empty() {
            return;
        }
        let mask = self.clip.mask.clone();
        let m = self.m.ts();
        let top = self.top();
        top.touched = top.touched.union(&r);
        if let (Some(mut p), Some(rc)) = (paint.ts(), Rect::from(r).ts()) {
            p.shader.transform(m);
            p.anti_alias = false;
            top.pix.fill_rect(rc, &p, Transform::identity(), mask.as_deref());
        }
    }

    fn save(&mut self, layer: bool) -> usize {
        self.stack.push(Save { m: self.m, clip: self.clip.clone(), layer });
        self.stack.len()
    }
    fn save_layer(&mut self, rec: &SaveLayerRec<'_>) -> usize {
        let n = self.save(true);
        let (w, h) = self.size();
        let mut bounds = self.clip.rect;
        if let Some(b) = rec.bounds {
            bounds = bounds.sect(&self.m.map_rect(b).0.round_out());
        }
        let mut pix = self.pool.pop().unwrap_or_else(|| Pixmap::new(w, h).unwrap());
        let mut touched = IRect::default();
        let to_dev = |f: &ImageFilter| f.crop.map(|c| self.m.map_rect(c).0.round_out());
        if let Some(f) = rec.backdrop {
            let r = to_dev(f).map_or(bounds, |c| c.sect(&bounds));
            if !r.is_empty() {
                let mut part = copy_rect(&self.layers.last().unwrap().pix, r);
                if let Some((sx, sy)) = f.blur {
                    let (w, h) = (part.width() as usize, part.height() as usize);
                    raster::blur::<4>(part.data_mut(), w, h, sx, sy);
                }
                raster::over(&mut pix, &part, (r.left, r.top), 255, r, None);
                touched = r;
            }
        }
        let crop = rec.paint.and_then(|p| p.filter.as_ref()).and_then(to_dev);
        self.layers.push(Layer { pix, touched, bounds, paint: rec.paint.cloned(), crop });
        self.clip = Clip { rect: bounds, mask: None, exact: None };
        n
    }
    fn restore(&mut self) {
        let Some(s) = self.stack.pop() else { return };
        self.m = s.m;
        self.clip = s.clip;
        if !s.layer {
            return;
        }
        let mut l = self.layers.pop().unwrap();
        let paint = l.paint.take().unwrap_or_default();
        let mut area = l.touched.sect(&l.bounds);
        let dirty = l.touched;
        if !area.is_empty() {
            let mut owned = None;
            let mut at = (0, 0);
            if let Some((sx, sy)) = paint.filter.as_ref().and_then(|f| f.blur) {
                // the crop is applied to the input, the blur spreads outside it
                let src = l.crop.map_or(area, |c| c.sect(&area));
                let pad = (sx.max(sy) * 3.0).ceil() as i32 + 1;
                let r = src.outset(pad);
                if !src.is_empty() {
                    let mut part = Pixmap::new(r.width() as u32, r.height() as u32).unwrap();
                    let inner = copy_rect(&l.pix, src);
                    raster::over(&mut part, &inner, (pad, pad), 255, IRect::new(0, 0, r.width(), r.height()), None);
                    let (w, h) = (part.width() as usize, part.height() as usize);
                    raster::blur::<4>(part.data_mut(), w, h, sx, sy);
                    at = (r.left, r.top);
                    area = r;
                    owned = Some(part);
                }
            }
            let (w, h) = self.size();
            let vis = area.sect(&self.clip.rect).sect(&IRect::new(0, 0, w as i32, h as i32));
            if !vis.is_empty() {
                let src = owned.as_ref().unwrap_or(&l.pix);
                if paint.blend == BlendMode::SrcOver {
                    let mask = self.clip.mask.clone();
                    let top = self.top();
                    top.touched = top.touched.union(&vis);
                    raster::over(&mut top.pix, src, at, paint.alpha(), vis, mask.as_deref());
                } else {
                    let part = copy_rect(
                        src,
                        IRect::new(vis.left - at.0, vis.top - at.1, vis.right - at.0, vis.bottom - at.1),
                    );
                    let mask = self.clip.mask.clone();
                    let top = self.top();
                    top.touched = top.touched.union(&vis);
                    let pp = PixmapPaint { opacity: paint.color.a, blend_mode: paint.blend.ts(), ..Default::default() };
                    top.pix.draw_pixmap(vis.left, vis.top, part.as_ref(), &pp, Transform::identity(), mask.as_deref());
                }
            }
        }
        raster::clear_rect(&mut l.pix, dirty);
        self.pool.push(l.pix);
    }

    pub fn draw_pixmap(&mut self, src: &Pixmap, at: Point, sampling: &SamplingOptions, paint: Option<&Paint>) {
        let m = self.m * Matrix::translate(at);
        let dev = m.map_rect(Rect::from_wh(src.width() as f32, src.height() as f32)).0;
        let blend = paint.map_or(BlendMode::SrcOver, |p| p.blend);
        let alpha = paint.map_or(1.0, |p| p.color.a);
        let plain = m.0[0] == 1.0
            && m.0[4] == 1.0
            && m.0[1] == 0.0
            && m.0[3] == 0.0
            && m.0[2].fract() == 0.0
            && m.0[5].fract() == 0.0;
        if plain && blend == BlendMode::SrcOver {
            let at = (m.0[2] as i32, m.0[5] as i32);
            let vis = dev.round_out().sect(&self.clip.rect);
            let mask = self.clip.mask.clone();
            let top = self.top();
            top.touched = top.touched.union(&vis);
            raster::over(&mut top.pix, src, at, (alpha * 255.0 + 0.5) as u8, vis, mask.as_deref());
            return;
        }
        if let Some(mask) = self.begin(dev.round_out().outset(1)) {
            let pp = PixmapPaint { opacity: alpha, blend_mode: blend.ts(), quality: sampling.ts() };
            self.top().pix.draw_pixmap(0, 0, src.as_ref(), &pp, m.ts(), mask.as_deref());
        }
    }
}

fn copy_rect(p: &Pixmap, r: IRect) -> Pixmap {
    let mut o = Pixmap::new(r.width() as u32, r.height() as u32).unwrap();
    let w = p.width() as usize;
    let n = r.width() as usize * 4;
    for y in 0..r.height() as usize {
        let s = ((r.top as usize + y) * w + r.left as usize) * 4;
        o.data_mut()[y * n..(y + 1) * n].copy_from_slice(&p.data()[s..s + n]);
    }
    o
}

impl Canvas {
    pub(crate) fn with_size(w: i32, h: i32) -> Self {
        Canvas(RefCell::new(State::new(w.max(1) as u32, h.max(1) as u32)))
    }
    fn st(&self) -> std::cell::RefMut<'_, State> {
        self.0.borrow_mut()
    }
    pub fn save(&self) -> usize {
        self.st().save(false)
    }
    pub fn save_layer(&self, rec: &SaveLayerRec<'_>) -> usize {
        self.st().save_layer(rec)
    }
    pub fn save_layer_alpha(&self, bounds: impl Into<Option<Rect>>, alpha: u32) -> usize {
        self.save_layer_alpha_f(bounds, alpha as f32 / 255.0)
    }
    pub fn save_layer_alpha_f(&self, bounds: impl Into<Option<Rect>>, alpha: f32) -> usize {
        let mut p = Paint::default();
        p.set_alpha_f(alpha);
        let b = bounds.into();
        let mut rec = SaveLayerRec::default().paint(&p);
        if let Some(b) = &b {
            rec = rec.bounds(b);
        }
        self.save_layer(&rec)
    }
    pub fn restore(&self) -> &Self {
        self.st().restore();
        self
    }
    pub fn save_count(&self) -> usize {
        self.st().stack.len() + 1
    }
    pub fn restore_to_count(&self, count: usize) -> &Self {
        // `save` returns the count before saving, which starts at 1
        let mut s = self.st();
        while s.stack.len() + 1 > count.max(1) {
            s.restore();
        }
        self
    }
    pub fn translate(&self, d: impl Into<Vector>) -> &Self {
        self.concat(&Matrix::translate(d))
    }
    pub fn scale(&self, s: (f32, f32)) -> &Self {
        self.concat(&Matrix::scale(s))
    }
    pub fn rotate(&self, deg: f32, p: Option<Point>) -> &Self {
        self.concat(&Matrix::rotate_deg_pivot(deg, p.unwrap_or_default()))
    }
    pub fn skew(&self, s: (f32, f32)) -> &Self {
        self.concat(&Matrix::skew(s))
    }
    pub fn concat(&self, m: &Matrix) -> &Self {
        let mut s = self.st();
        s.m = s.m * *m;
        drop(s);
        self
    }
    pub fn set_matrix(&self, m: &M44) -> &Self {
        self.st().m = m.0;
        self
    }
    pub fn reset_matrix(&self) -> &Self {
        self.st().m = Matrix::new_identity();
        self
    }
    pub fn local_to_device(&self) -> M44 {
        M44(self.st().m)
    }
    pub fn local_to_device_as_3x3(&self) -> Matrix {
        self.st().m
    }
    pub fn device_clip_bounds(&self) -> Option<IRect> {
        let r = self.st().clip.rect;
        (!r.is_empty()).then_some(r)
    }
    pub fn local_clip_bounds(&self) -> Option<Rect> {
        let s = self.st();
        let inv = s.m.invert()?;
        (!s.clip.rect.is_empty()).then(|| inv.map_rect(Rect::from(s.clip.rect)).0)
    }
    pub fn clip_rect(&self, r: impl AsRef<Rect>, op: impl Into<Option<ClipOp>>, aa: impl Into<Option<bool>>) -> &Self {
        self.clip_path(&Path::rect(r, None), op, aa)
    }
    pub fn clip_rrect(
        &self,
        r: impl AsRef<RRect>,
        op: impl Into<Option<ClipOp>>,
        aa: impl Into<Option<bool>>,
    ) -> &Self {
        self.clip_path(&Path::rrect(r, None), op, aa)
    }
    pub fn clip_path(&self, p: &Path, op: impl Into<Option<ClipOp>>, aa: impl Into<Option<bool>>) -> &Self {
        self.st().clip_path(p, op.into().unwrap_or_default(), aa.into().unwrap_or(false));
        self
    }
    pub fn clear(&self, c: impl Into<Color4f>) -> &Self {
        let mut p = Paint::default();
        p.color = c.into();
        p.blend = BlendMode::Src;
        self.st().draw_paint(&p);
        self
    }
    pub fn draw_color(&self, c: impl Into<Color4f>, mode: impl Into<Option<BlendMode>>) -> &Self {
        let mut p = Paint::default();
        p.color = c.into();
        p.blend = mode.into().unwrap_or_default();
        self.st().draw_paint(&p);
        self
    }
    pub fn draw_paint(&self, p: &Paint) -> &Self {
        self.st().draw_paint(p);
        self
    }
    pub fn draw_path(&self, path: &Path, p: &Paint) -> &Self {
        self.st().draw_path(path, p);
        self
    }
    pub fn draw_rect(&self, r: impl AsRef<Rect>, p: &Paint) -> &Self {
        self.draw_path(&Path::rect(r, None), p)
    }
    pub fn draw_rrect(&self, r: impl AsRef<RRect>, p: &Paint) -> &Self {
        self.draw_path(&Path::rrect(r, None), p)
    }
    pub fn draw_round_rect(&self, r: impl AsRef<Rect>, rx: f32, ry: f32, p: &Paint) -> &Self {
        self.draw_rrect(RRect::new_rect_xy(r, rx, ry), p)
    }
    pub fn draw_oval(&self, r: impl AsRef<Rect>, p: &Paint) -> &Self {
        self.draw_path(&Path::oval(r, None), p)
    }
    pub fn draw_circle(&self, c: impl Into<Point>, r: f32, p: &Paint) -> &Self {
        self.draw_path(&Path::circle(c, r, None), p)
    }
    pub fn draw_line(&self, a: impl Into<Point>, b: impl Into<Point>, p: &Paint) -> &Self {
        let mut q = p.clone();
        q.style = PaintStyle::Stroke;
        self.draw_path(&Path::line(a, b), &q)
    }
    pub fn draw_arc(&self, oval: impl AsRef<Rect>, start: f32, sweep: f32, use_center: bool, p: &Paint) -> &Self {
        let oval = *oval.as_ref();
        let mut b = PathBuilder::new();
        if use_center && sweep.abs() < 360.0 {
            b.move_to(oval.center()).arc_to(oval, start, sweep, false).close();
        } else {
            b.arc_to(oval, start, sweep, true);
        }
        self.draw_path(&b.detach(), p)
    }
    pub fn draw_image(&self, i: impl AsRef<Image>, at: impl Into<Point>, p: Option<&Paint>) -> &Self {
        self.st().draw_pixmap(i.as_ref().pixmap(), at.into(), &FilterMode::Linear.into(), p);
        self
    }
    pub fn draw_image_rect(
        &self,
        i: impl AsRef<Image>,
        src: Option<(&Rect, SrcRectConstraint)>,
        dst: impl AsRef<Rect>,
        p: &Paint,
    ) -> &Self {
        let i = i.as_ref();
        let full = Rect::from_wh(i.width() as f32, i.height() as f32);
        let src = src.map_or(full, |s| *s.0);
        let m = Matrix::rect_2_rect(src, *dst.as_ref(), None).unwrap_or_default();
        let mut q = p.clone();
        q.style = PaintStyle::Fill;
        q.shader = i.to_shader(None, FilterMode::Linear, &m);
        self.draw_rect(dst, &q)
    }
}
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum SrcRectConstraint {
    Strict,
    Fast,
}
