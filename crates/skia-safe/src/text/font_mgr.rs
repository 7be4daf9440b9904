use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// A font file in memory, cheap to clone.
#[derive(Clone)]
pub struct Typeface(pub(super) Arc<Vec<u8>>);

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
        Some(Typeface(Arc::new(bytes.to_vec())))
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
