//! Many changes, a few at each tick.

use std::collections::VecDeque;

use super::Edit;

/// Changes sent at one tick: at thirty ticks a second, 150 parameters take less than a second.
const AT_ONCE: usize = 8;

/// Groups of changes that wait for their ticks; a group is one edit when all of it is done.
#[derive(Default)]
pub struct Spread {
    groups: VecDeque<Group>,
    finished: Vec<Vec<Edit>>,
}

struct Group {
    waiting: VecDeque<(String, f32)>,
    done: Vec<Edit>,
    /// Changes that were handed out and are not done yet.
    under_way: usize,
}

impl Spread {
    /// Puts a group of (id, value) at the end of the queue.
    pub fn add(&mut self, changes: Vec<(String, f32)>) {
        if !changes.is_empty() {
            self.groups.push_back(Group { waiting: changes.into(), done: Vec::new(), under_way: 0 });
        }
    }

    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The changes of this tick, all of one group.
    pub fn due(&mut self) -> Vec<(String, f32)> {
        let Some(group) = self.groups.front_mut() else { return Vec::new() };
        let count = group.waiting.len().min(AT_ONCE);
        group.under_way = count;
        group.waiting.drain(..count).collect()
    }

    /// Says that one of the due changes was made.
    pub fn done(&mut self, edit: Edit) {
        let Some(group) = self.groups.front_mut() else { return };
        group.done.push(edit);
        group.under_way = group.under_way.saturating_sub(1);
        if group.waiting.is_empty() && group.under_way == 0 {
            self.finished.push(std::mem::take(&mut group.done));
            self.groups.pop_front();
        }
    }

    /// The groups that are done since the last call.
    pub fn take_finished(&mut self) -> Vec<Vec<Edit>> {
        std::mem::take(&mut self.finished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_one_edit_however_many_ticks_it_takes() {
        let mut spread = Spread::default();
        spread.add((0..20).map(|n| (n.to_string(), n as f32)).collect());
        spread.add(vec![("last".into(), 1.0)]);
        let mut sizes = Vec::new();
        let mut groups = Vec::new();
        while !spread.is_empty() {
            let due = spread.due();
            sizes.push(due.len());
            for (id, after) in due {
                spread.done(Edit { id, before: -1.0, after });
            }
            groups.extend(spread.take_finished().into_iter().map(|edits| edits.len()));
        }
        assert!(sizes.iter().all(|size| (1..=AT_ONCE).contains(size)), "{sizes:?}");
        assert_eq!(groups, [20, 1]);
    }
}
