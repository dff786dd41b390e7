//! What the queues carry: a number, alone or in front of a payload.

/// An item that knows its number, so that the receiving side can add up what arrived.
///
/// `Default` and `Clone` because thingbuf recycles its slots, `Sync` because it shares them;
/// `Unpin` because crossfire's futures ask for it.
pub trait Item: Default + Clone + Send + Sync + Unpin + 'static {
    /// The item with this number.
    fn new(number: u64) -> Self;

    /// The number it was made with.
    fn number(&self) -> u64;
}

impl Item for u64 {
    fn new(number: u64) -> Self {
        number
    }

    fn number(&self) -> u64 {
        *self
    }
}

/// An item of `WORDS` times eight bytes.
#[derive(Clone)]
pub struct Payload<const WORDS: usize>([u64; WORDS]);

impl<const WORDS: usize> Default for Payload<WORDS> {
    fn default() -> Self {
        Self([0; WORDS])
    }
}

impl<const WORDS: usize> Item for Payload<WORDS> {
    fn new(number: u64) -> Self {
        Self([number; WORDS])
    }

    fn number(&self) -> u64 {
        self.0[WORDS - 1]
    }
}
