use super::Path;
use crate::geometry::Matrix;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A view's outline has some twenty points; what has more than this is a curve that is another one in the next frame.
const MOST_POINTS: usize = 200;

impl Path {
    /// What stands for this shape through `matrix`, and whatever else a result depends on; `None` where keeping the result is not worth it.
    pub(crate) fn key(&self, matrix: &Matrix, rest: impl Hash) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        rest.hash(&mut hasher);
        matrix.0.map(f32::to_bits).hash(&mut hasher);
        self.hash_into(&mut hasher).then(|| hasher.finish())
    }

    /// False where there are too many points.
    fn hash_into(&self, hasher: &mut DefaultHasher) -> bool {
        let shape = &self.0;
        (shape.fill as u8, shape.within.len(), shape.without.len()).hash(hasher);
        if let Some(outline) = &shape.outline {
            if outline.points().len() > MOST_POINTS {
                return false;
            }
            outline.verbs().hash(hasher);
            for point in outline.points() {
                (point.x.to_bits(), point.y.to_bits()).hash(hasher);
            }
        }
        shape.within.iter().chain(&shape.without).all(|path| path.hash_into(hasher))
    }
}
