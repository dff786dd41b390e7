//! What stands for `SeqCst` accesses, which loom takes for acquire and release ones, or, where a load meets nothing
//! but `SeqCst` stores, for more than they are. It knows `SeqCst` fences.
//!
//! `SEQ_CST` in the environment says where such fences are:
//!
//! | | |
//! |---|---|
//! | not set | where the source says [`handshake`], so that little is ordered but what must be |
//! | `reads` | in front of every `SeqCst` load |
//! | `writes` | behind every other `SeqCst` access |
//!
//! The last two are how compilers make `SeqCst` accesses of fences. With them, handshakes are nothing, as in what
//! is shipped: that accesses are `SeqCst` has to be enough. Each shows the missing `SeqCst` of its own side only.

extern crate std;

use loom::sync::atomic::{Ordering, fence};

use self::std::env;
use self::std::sync::OnceLock;
use super::objects::take_turn_at_fences;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fences {
    Handshakes,
    Reads,
    Writes,
}

fn fence_if(place: Fences) {
    static FENCES: OnceLock<Fences> = OnceLock::new();
    let fences = FENCES.get_or_init(|| match env::var("SEQ_CST").as_deref() {
        Err(_) => Fences::Handshakes,
        Ok("reads") => Fences::Reads,
        Ok("writes") => Fences::Writes,
        Ok(other) => panic!("SEQ_CST={other}"),
    });
    if *fences == place {
        take_turn_at_fences();
        fence(Ordering::SeqCst);
    }
}

/// See [`crate::sync`].
pub(crate) fn handshake() {
    fence_if(Fences::Handshakes);
}

/// To be called before a load, which is then made with the ordering that is returned.
pub(super) fn load(order: Ordering) -> Ordering {
    if order != Ordering::SeqCst {
        return order;
    }
    fence_if(Fences::Reads);
    // To loom, a `SeqCst` load finds the latest `SeqCst` store, whatever the thread has read before. A processor
    // may make it before an earlier load that is not an Acquire.
    Ordering::Acquire
}

/// To be called after any other access.
pub(super) fn write(order: Ordering) {
    if order == Ordering::SeqCst {
        fence_if(Fences::Writes);
    }
}
