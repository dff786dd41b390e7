//! What you await: named futures, returned by the methods of [`JoinableQueue`](crate::JoinableQueue).
//!
//! All of them are lazy (nothing happens before the first poll), cancel-safe (a dropped one leaves
//! the queue as if it had never been polled, and passes on a wake-up that it had received), `Send` if
//! the items are, and allocate nothing: a future's place in line is a part of the future itself. That
//! is why they cannot be moved once polled (`!Unpin`). They panic when polled after completion.
//!
//! Once it has been polled, a future stays in line until it completes or is dropped, whether or not it is
//! polled again. One that was woken is owed nothing: the item or the room stays for whoever comes first.
//!
//! So do not keep a future around that you no longer poll: drop it, and the next in line is woken in its
//! place. As long as it is kept, those who were already in line behind it are not woken for what it was
//! woken for, but for what comes next; and if it had lost twice when it was woken, *new* futures
//! queue behind it as well, and only the `try_` functions take what is there. In particular do not await
//! a second `get` while you keep a first one that you do not poll.
//!
//! Mind that `drop` of a `Pin<&mut Get<_>>` from the `pin!` macro drops the reference, not the future,
//! which lives to the end of its block.

mod get;
mod get_many;
mod join;
mod put;
mod put_all;
mod waiting;

pub use get::Get;
pub use get_many::GetMany;
pub use join::Join;
pub use put::Put;
pub use put_all::PutAll;

pub(crate) use get_many::take_more;
