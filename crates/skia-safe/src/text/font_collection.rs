use super::font_mgr::{FontMgr, TypefaceFontProvider};
use super::laid_lines::LaidLines;
use super::shaping::Shaped;
use crate::cache::Cache;
use parley::fontique::{Collection, CollectionOptions, SourceCache};
use parley::style::GenericFamily;
use parley::{FontContext, LayoutContext};
use std::cell::{RefCell, RefMut};
use std::rc::Rc;

/// Paragraphs of shaped text, and of text in lines, that are kept.
const MOST_SHAPED: usize = 512;
const MOST_LAID: usize = 512;

/// The fonts that paragraphs are set in, and what was worked out with them. Clones share both.
///
/// A family that is asked for and not there, and a letter that its fonts do not have, is looked for in all others, in the order of their registration.
#[derive(Clone)]
pub struct FontCollection {
    fonts: Rc<RefCell<Fonts>>,
    assets: Option<TypefaceFontProvider>,
}

pub(super) struct Fonts {
    pub context: FontContext,
    /// The brush of a run is the number of the span it came from.
    pub layouts: LayoutContext<u32>,
    /// In the order of their registration.
    pub families: Vec<String>,
    pub shaped: Cache<Rc<Shaped>>,
    pub laid: Cache<Rc<LaidLines>>,
    /// How many of the provider's fonts are known.
    known: usize,
}

impl From<&FontCollection> for FontCollection {
    fn from(collection: &FontCollection) -> Self {
        collection.clone()
    }
}

impl Default for FontCollection {
    fn default() -> Self {
        Self::new()
    }
}

impl FontCollection {
    /// Without any font.
    pub fn new() -> Self {
        let collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let fonts = Fonts {
            context: FontContext { collection, source_cache: SourceCache::default() },
            layouts: LayoutContext::new(),
            families: Vec::new(),
            shaped: Cache::new(MOST_SHAPED),
            laid: Cache::new(MOST_LAID),
            known: 0,
        };
        Self { fonts: Rc::new(RefCell::new(fonts)), assets: None }
    }

    /// [`Self::set_asset_font_manager`], where that was not called.
    pub fn set_default_font_manager<'a>(
        &mut self,
        manager: impl Into<Option<FontMgr>>,
        _default_family: impl Into<Option<&'a str>>,
    ) {
        if self.assets.is_none() {
            self.assets = manager.into().and_then(|manager| manager.provider);
        }
    }

    /// Takes the fonts of `manager`, those that are registered later included.
    pub fn set_asset_font_manager(&mut self, manager: impl Into<Option<FontMgr>>) {
        self.assets = manager.into().and_then(|manager| manager.provider);
    }

    /// Forgets what was worked out for paragraphs.
    pub fn clear_caches(&mut self) {
        let mut fonts = self.fonts.borrow_mut();
        fonts.shaped.clear();
        fonts.laid.clear();
    }

    /// With all fonts that have been registered until now.
    pub(super) fn fonts(&self) -> RefMut<'_, Fonts> {
        let mut fonts = self.fonts.borrow_mut();
        if let Some(assets) = &self.assets {
            fonts.take_over(assets);
        }
        fonts
    }
}

impl Fonts {
    fn take_over(&mut self, provider: &TypefaceFontProvider) {
        let typefaces = provider.typefaces.borrow();
        if typefaces.len() <= self.known {
            return;
        }
        let collection = &mut self.context.collection;
        for typeface in &typefaces[self.known..] {
            for (family, _) in collection.register_fonts(typeface.0.clone(), None) {
                let name = collection.family_name(family).map(str::to_owned);
                self.families.extend(name.filter(|name| !self.families.contains(name)));
            }
        }
        self.known = typefaces.len();
        let all: Vec<_> = self.families.iter().filter_map(|name| collection.family_id(name)).collect();
        let generic =
            [GenericFamily::SansSerif, GenericFamily::Serif, GenericFamily::SystemUi, GenericFamily::Monospace];
        for family in generic {
            collection.set_generic_families(family, all.iter().copied());
        }
        self.shaped.clear();
        self.laid.clear();
    }
}
