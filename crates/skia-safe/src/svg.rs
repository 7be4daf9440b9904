use crate::canvas::Canvas;
use crate::geom::*;
use crate::text::FontMgr;
use crate::wrapper::PointerWrapper;
use resvg::usvg;
use std::cell::RefCell;
use std::rc::Rc;
use tiny_skia::Pixmap;

#[allow(non_snake_case)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NativeSize {
    pub fWidth: f32,
    pub fHeight: f32,
}
#[allow(non_snake_case)]
#[derive(Clone, Debug, Default)]
pub struct NativeDom {
    pub fContainerSize: NativeSize,
}
type Cached = ([u32; 4], [i32; 2], Rc<Pixmap>);
#[derive(Clone)]
pub struct Dom {
    tree: Rc<usvg::Tree>,
    native: NativeDom,
    cache: Rc<RefCell<Option<Cached>>>,
}
#[derive(Debug)]
pub struct LoadError;
impl Dom {
    pub fn from_bytes(d: impl AsRef<[u8]>, _fm: impl Into<FontMgr>) -> Result<Self, LoadError> {
        let tree = usvg::Tree::from_data(d.as_ref(), &usvg::Options::default()).map_err(|_| LoadError)?;
        let s = tree.size();
        Ok(Self {
            native: NativeDom { fContainerSize: NativeSize { fWidth: s.width(), fHeight: s.height() } },
            tree: Rc::new(tree),
            cache: Default::default(),
        })
    }
    pub fn from_str(s: impl AsRef<str>, fm: impl Into<FontMgr>) -> Result<Self, LoadError> {
        Self::from_bytes(s.as_ref().as_bytes(), fm)
    }
    pub fn set_container_size(&mut self, s: impl Into<Size>) {
        let s = s.into();
        self.native.fContainerSize = NativeSize { fWidth: s.width, fHeight: s.height };
    }
    /// The last raster is kept, keyed on the matrix less its whole-pixel translation.
    pub fn render(&self, canvas: &Canvas) {
        let m = canvas.local_to_device_as_3x3();
        let s = self.tree.size();
        let dev = m.map_rect(Rect::from_wh(s.width(), s.height())).0.round_out();
        if dev.is_empty() || dev.width() > 4096 || dev.height() > 4096 {
            return;
        }
        let t = Matrix::translate((-dev.left as f32, -dev.top as f32)) * m;
        let key =
            ([t.0[0], t.0[1], t.0[3], t.0[4]].map(f32::to_bits), [t.0[2], t.0[5]].map(|v| (v * 64.0).round() as i32));
        let mut c = self.cache.borrow_mut();
        let hit = c.as_ref().filter(|(a, b, _)| (*a, *b) == key).map(|x| x.2.clone());
        let pix = hit.unwrap_or_else(|| {
            let mut p = Pixmap::new(dev.width() as u32, dev.height() as u32).unwrap();
            resvg::render(&self.tree, t.ts(), &mut p.as_mut());
            let p = Rc::new(p);
            *c = Some((key.0, key.1, p.clone()));
            p
        });
        let keep = canvas.local_to_device();
        canvas.reset_matrix();
        canvas.0.borrow_mut().draw_pixmap(&pix, Point::new(dev.left as f32, dev.top as f32), &Default::default(), None);
        canvas.set_matrix(&keep);
    }
}
impl PointerWrapper<NativeDom> for Dom {
    fn inner(&self) -> &NativeDom {
        &self.native
    }
}
