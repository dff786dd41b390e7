//! [`AtomicUsize`] on loom's.

use loom::sync::atomic::AtomicUsize as Word;
use loom::sync::atomic::Ordering;

use super::objects::Object;
use super::seq_cst;
use super::turns::Turn;

/// The word holds the difference to the initial value.
pub(crate) struct AtomicUsize {
    initial: usize,
    word: Object<Word>,
    turn: Turn,
}

impl AtomicUsize {
    pub(crate) const fn new(initial: usize) -> Self {
        Self {
            initial,
            word: Object::new(),
            turn: Turn::new(),
        }
    }

    fn word(&self) -> &Word {
        self.turn.take();
        self.word.get()
    }

    fn value_of(&self, word: usize) -> usize {
        word.wrapping_add(self.initial)
    }

    fn word_of(&self, value: usize) -> usize {
        value.wrapping_sub(self.initial)
    }

    pub(crate) fn load(&self, order: Ordering) -> usize {
        let order = seq_cst::load(order);
        self.value_of(self.word().load(order))
    }

    pub(crate) fn store(&self, value: usize, order: Ordering) {
        self.word().store(self.word_of(value), order);
        seq_cst::write(order);
    }

    pub(crate) fn swap(&self, value: usize, order: Ordering) -> usize {
        let old = self.value_of(self.word().swap(self.word_of(value), order));
        seq_cst::write(order);
        old
    }

    pub(crate) fn compare_exchange(
        &self,
        current: usize,
        new: usize,
        success: Ordering,
        failure: Ordering,
    ) -> Result<usize, usize> {
        let (current, new) = (self.word_of(current), self.word_of(new));
        let result = self.word().compare_exchange(current, new, success, failure);
        seq_cst::write(success);
        match result {
            Ok(word) => Ok(self.value_of(word)),
            Err(word) => Err(self.value_of(word)),
        }
    }

    /// Never fails for no reason.
    pub(crate) fn compare_exchange_weak(
        &self,
        current: usize,
        new: usize,
        success: Ordering,
        failure: Ordering,
    ) -> Result<usize, usize> {
        self.compare_exchange(current, new, success, failure)
    }

    pub(crate) fn fetch_update(
        &self,
        set_order: Ordering,
        fetch_order: Ordering,
        mut f: impl FnMut(usize) -> Option<usize>,
    ) -> Result<usize, usize> {
        let mut value = self.load(fetch_order);
        while let Some(new) = f(value) {
            match self.compare_exchange(value, new, set_order, fetch_order) {
                Ok(_) => return Ok(value),
                Err(changed) => value = changed,
            }
        }
        Err(value)
    }

    pub(crate) fn fetch_add(&self, value: usize, order: Ordering) -> usize {
        let old = self.value_of(self.word().fetch_add(value, order));
        seq_cst::write(order);
        old
    }

    pub(crate) fn fetch_sub(&self, value: usize, order: Ordering) -> usize {
        let old = self.value_of(self.word().fetch_sub(value, order));
        seq_cst::write(order);
        old
    }

    pub(crate) fn fetch_or(&self, bits: usize, order: Ordering) -> usize {
        if self.initial == 0 {
            let old = self.word().fetch_or(bits, order);
            seq_cst::write(order);
            return old;
        }
        self.fetch_bits(order, |value| value | bits)
    }

    pub(crate) fn fetch_and(&self, bits: usize, order: Ordering) -> usize {
        if self.initial == 0 {
            let old = self.word().fetch_and(bits, order);
            seq_cst::write(order);
            return old;
        }
        self.fetch_bits(order, |value| value & bits)
    }

    pub(crate) fn fetch_xor(&self, bits: usize, order: Ordering) -> usize {
        if self.initial == 0 {
            let old = self.word().fetch_xor(bits, order);
            seq_cst::write(order);
            return old;
        }
        self.fetch_bits(order, |value| value ^ bits)
    }

    /// The exchange finds the latest value; what the load finds makes no difference.
    fn fetch_bits(&self, order: Ordering, f: impl Fn(usize) -> usize) -> usize {
        let result = self.fetch_update(order, Ordering::Relaxed, |value| Some(f(value)));
        result.unwrap_or_else(|value| value)
    }

    pub(crate) fn get_mut(&mut self) -> &mut usize {
        // SAFETY: nobody else has access; loom checks that it was so before.
        let word = self.word.retire(|word| unsafe { word.unsync_load() });
        self.initial = self.value_of(word.unwrap_or(0));
        &mut self.initial
    }

    pub(crate) fn into_inner(mut self) -> usize {
        *self.get_mut()
    }
}

impl core::fmt::Debug for AtomicUsize {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad("AtomicUsize")
    }
}
