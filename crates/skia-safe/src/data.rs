use std::sync::Arc;

/// Bytes, cheap to clone.
#[derive(Clone, Debug)]
pub struct Data(Arc<[u8]>);

impl Data {
    /// A copy of `bytes`.
    ///
    /// # Safety
    /// None is needed; with Skia the bytes must outlive the data.
    pub unsafe fn new_bytes(bytes: &[u8]) -> Self {
        Self::new_copy(bytes)
    }

    /// A copy of `bytes`.
    pub fn new_copy(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
