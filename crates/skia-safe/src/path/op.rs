use super::{Path, PathBuilder, PathFillType};
use std::sync::Arc;

/// How two shapes are combined.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum PathOp {
    /// The first without the second.
    Difference,
    /// What is in both.
    Intersect,
    /// What is in either or both. Both outlines must wind the same way around where they overlap.
    Union,
    /// What is in one but not both.
    XOR,
    /// The second without the first.
    ReverseDifference,
}

impl Path {
    /// Combines two shapes.
    ///
    /// `Intersect` and `Difference` keep both outlines, and filling, blurring and clipping multiply their coverage: exact but for pixels that two
    /// edges share. The outline that is stroked is the first shape's, cut by the others.
    pub fn op(&self, other: &Self, op: PathOp) -> Option<Self> {
        match op {
            PathOp::Intersect => Some(self.intersect(other)),
            PathOp::Difference => {
                let mut shape = (*self.0).clone();
                shape.without.push(other.clone());
                Some(Self(Arc::new(shape)))
            }
            PathOp::ReverseDifference => other.op(self, PathOp::Difference),
            PathOp::XOR => Some(self.sum(other, PathFillType::EvenOdd)),
            PathOp::Union => Some(self.sum(other, PathFillType::Winding)),
        }
    }

    fn intersect(&self, other: &Self) -> Self {
        if let (Some(a), Some(b)) = (self.plain_rect(), other.plain_rect()) {
            return Self::rect(a.intersection(&b), None);
        }
        // A rectangle around the other shape changes nothing, and views mostly lie inside their parents.
        let surrounds = |outer: &Self, inner: &Self| outer.plain_rect().is_some_and(|r| r.holds(&inner.0.bounds));
        if surrounds(other, self) {
            return self.clone();
        }
        if surrounds(self, other) {
            return other.clone();
        }
        let mut shape = (*self.0).clone();
        let mut cut = (*other.0).clone();
        shape.bounds = self.0.bounds.intersection(&other.0.bounds);
        shape.within.append(&mut cut.within);
        shape.without.append(&mut cut.without);
        cut.bounds = other.uncut().0.bounds;
        shape.within.push(Self(Arc::new(cut)));
        Self(Arc::new(shape))
    }

    fn sum(&self, other: &Self, fill: PathFillType) -> Self {
        let mut builder = PathBuilder::new_path(self);
        builder.add_path(other).set_fill_type(fill).detach()
    }

    fn plain_rect(&self) -> Option<crate::geometry::Rect> {
        self.0.rect.filter(|_| !self.is_cut())
    }
}
