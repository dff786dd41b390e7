//! What is put: a number, written down often enough that it takes a while to move it, and that half of one
//! shows.

use std::cmp::Ordering;

/// Two kilobytes.
const LENGTH: usize = 512;

/// Ordered by its [`priority`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Item([u32; LENGTH]);

pub(super) fn priority(number: u32) -> u32 {
    number % 3
}

impl Item {
    pub(super) fn new(number: u32) -> Self {
        Self([number; LENGTH])
    }

    pub(super) fn number(&self) -> u32 {
        let number = self.0[0];
        assert_eq!(self.0, [number; LENGTH], "in pieces");
        number
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        priority(self.number()).cmp(&priority(other.number()))
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Item {}
