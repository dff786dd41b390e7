//! The adapters: one file per peer, and the rosters of who takes part in what.

pub mod array_queue;
pub mod async_channel;
pub mod concurrent_queue;
pub mod counter;
pub mod crossbeam_channel;
pub mod crossfire;
pub mod embassy;
pub mod floor;
pub mod flume;
pub mod joinable;
pub mod kanal;
pub mod notify_deque;
pub mod polled;
pub mod seg_queue;
pub mod std_mpsc;
pub mod tachyonix;
pub mod task_tracker;
pub mod thingbuf;
pub mod tokio_mpsc;
pub mod tracked;
pub mod wait_group;

pub mod roster;
