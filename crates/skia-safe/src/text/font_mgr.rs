use parley::fontique::Blob;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

/// A font file in memory, cheap to clone.
#[derive(Clone)]
pub struct Typeface(pub(super) Blob<u8>);

/// Fonts that are kept for the whole program. Each window brings the same ones: they are there once, and what is known of their glyphs holds
/// for the next window.
const MOST_KEPT: usize = 16;
static KEPT: Mutex<Vec<Blob<u8>>> = Mutex::new(Vec::new());

/// The font with these bytes, the same one each time while there are not too many.
fn kept(bytes: &[u8]) -> Blob<u8> {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.iter().find(|known| known.data() == bytes) {
        return known.clone();
    }
    let font = Blob::new(Arc::new(bytes.to_vec()));
    if kept.len() < MOST_KEPT {
        kept.push(font.clone());
    }
    font
}

/// Reads fonts. It knows none of the system's: a program registers those it brings (see [`TypefaceFontProvider`]).
#[derive(Clone, Default)]
pub struct FontMgr {
    pub(super) provider: Option<TypefaceFontProvider>,
}

impl FontMgr {
    pub fn new() -> Self {
        Self::default()
    }

    /// A font from the bytes of a TrueType or OpenType file; `None` where they are none. Of a collection all fonts are taken, whatever the index.
    pub fn new_from_data(&self, bytes: &[u8], _index: impl Into<Option<usize>>) -> Option<Typeface> {
        skrifa::FontRef::from_index(bytes, 0).ok()?;
        Some(Typeface(kept(bytes)))
    }
}

/// The fonts a program brings. Clones share them.
#[derive(Clone, Default)]
pub struct TypefaceFontProvider {
    pub(super) typefaces: Rc<RefCell<Vec<Typeface>>>,
}

impl TypefaceFontProvider {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a font under the family name in its file. Returns how many were added.
    pub fn register_typeface<'a>(&mut self, typeface: Typeface, _alias: impl Into<Option<&'a str>>) -> usize {
        self.typefaces.borrow_mut().push(typeface);
        1
    }
}

impl From<TypefaceFontProvider> for FontMgr {
    fn from(provider: TypefaceFontProvider) -> Self {
        Self { provider: Some(provider) }
    }
}
