use std::collections::HashMap;

/// Results of work, kept for the next frame under hashes of what they were made from. What was not used for the longest time goes first.
pub(crate) struct Cache<T> {
    entries: HashMap<u64, Entry<T>>,
    /// Counts uses.
    clock: u64,
    size: usize,
    most: usize,
}

struct Entry<T> {
    value: T,
    size: usize,
    used: u64,
}

impl<T: Clone> Cache<T> {
    /// Keeps values of a size of `most` together, in whatever unit [`Self::put`] is given.
    pub fn new(most: usize) -> Self {
        Self { entries: HashMap::new(), clock: 0, size: 0, most }
    }

    pub fn get(&mut self, key: u64) -> Option<T> {
        self.clock += 1;
        let entry = self.entries.get_mut(&key)?;
        entry.used = self.clock;
        Some(entry.value.clone())
    }

    pub fn put(&mut self, key: u64, value: T, size: usize) {
        self.clock += 1;
        self.size += size;
        if let Some(old) = self.entries.insert(key, Entry { value, size, used: self.clock }) {
            self.size -= old.size;
        }
        if self.size > self.most {
            self.forget_oldest();
        }
    }

    pub fn clear(&mut self) {
        self.entries.clear();
        self.size = 0;
    }

    /// Down to three quarters, so that the search for the oldest is rare.
    fn forget_oldest(&mut self) {
        let mut ages: Vec<(u64, u64)> = self.entries.iter().map(|(key, entry)| (entry.used, *key)).collect();
        ages.sort_unstable();
        ages.pop();
        for (_, key) in ages {
            if self.size <= self.most / 4 * 3 {
                break;
            }
            if let Some(entry) = self.entries.remove(&key) {
                self.size -= entry.size;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_last_is_kept() {
        let mut cache = Cache::new(4);
        for key in 0..4 {
            cache.put(key, key * 10, 1);
        }
        assert_eq!(cache.get(0), Some(0));
        cache.put(4, 40, 1);
        assert_eq!(cache.get(0), Some(0));
        assert_eq!(cache.get(4), Some(40));
        assert_eq!(cache.get(1), None);
    }

    #[test]
    fn a_value_larger_than_all_is_kept_alone() {
        let mut cache = Cache::new(4);
        cache.put(1, (), 2);
        cache.put(2, (), 9);
        assert_eq!((cache.get(1), cache.get(2)), (None, Some(())));
    }
}
