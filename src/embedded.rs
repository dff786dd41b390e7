//! On a microcontroller: what works from interrupts, which features a chip needs, what it costs. (A page;
//! the queues are in [`heapless`](crate::heapless).)
//!
//! ```toml
//! joinable-queue = { version = "0.1", default-features = false, features = ["heapless", "critical-section"] }
//! ```
//!
//! ```
//! use joinable_queue::heapless::Queue;
//!
//! enum Job {
//!     Blink,
//!     Report(u16),
//! }
//!
//! static JOBS: Queue<Job, 8> = Queue::new();
//!
//! // In an interrupt:
//! fn button_pressed() {
//!     // Full or shut down: the job comes back in the error.
//!     let _ = JOBS.try_put(Job::Blink);
//! }
//!
//! // As many tasks as you like, on one executor or on several of different priority:
//! async fn worker() {
//!     while let Ok(task) = JOBS.get().await {
//!         match *task {
//!             Job::Blink => {}
//!             Job::Report(_) => {}
//!         }
//!         task.done();
//!     }
//! }
//!
//! async fn until_all_is_done() {
//!     JOBS.join().await;
//!     // Now it is safe to cut the power.
//! }
//! ```
//!
//! `examples/embassy` in the repository is a program of this kind, to be run in an emulator or flashed.
//!
//! # Chips and features
//!
//! | chip | features |
//! |---|---|
//! | Cortex-M0, M0+, RISC-V without the A extension: no compare-and-swap | `heapless`, `critical-section` |
//! | Cortex-M3, M4, M7, M33, RISC-V with A | the same |
//! | any of them, with a global allocator | the same and `alloc`, for the growable queues |
//! | several cores | the same, with an implementation of `critical-section` that locks out the other cores |
//!
//! The application, or its HAL, brings the implementation of `critical-section`; on one core that is
//! usually the feature `critical-section-single-core` of `cortex-m`, or `critical-section-single-hart` of
//! `riscv`. This crate reads and writes everything inside critical sections, needs no atomics other than
//! loads and stores, and so nothing needs to be configured for chips that have no more. `defmt` gives
//! `defmt::Format` to the errors and to [`Stats`](crate::Stats).
//!
//! # Where it was run
//!
//! By `tests/firmware/run` in the repository, in QEMU and in Node.js:
//!
//! | target | machine | executors |
//! |---|---|---|
//! | `thumbv7m-none-eabi`: Cortex-M3 | lm3s6965evb | embassy's for thread mode and for interrupts; RTIC |
//! | `thumbv6m-none-eabi`: Cortex-M0, no compare-and-swap | microbit | both of embassy's |
//! | `thumbv7em-none-eabihf`: Cortex-M4F | mps2-an386 | both of embassy's |
//! | `thumbv8m.main-none-eabihf`: Cortex-M33 | mps2-an505 | both of embassy's |
//! | `riscv32imc-unknown-none-elf`, the A extension off | virt | embassy's for thread mode; one of a few lines in an interrupt |
//! | `wasm32-unknown-unknown` | Node.js | one of a few lines |
//!
//! On each of the microcontrollers, a timer interrupt was aimed at every instruction of what thread mode
//! does with the same queue meanwhile. A chip with several cores was not run, nor was a real board. AVR and
//! Xtensa were not even built, because the compiler at hand cannot; MSP430 lacks the atomic loads and stores.
//!
//! # Interrupts
//!
//! - Everything that does not wait may be called from an interrupt of any priority: `try_put`, `try_get`,
//!   `done`, `fail`, dropping a task, `task_done`, `requeue`, `put_follow_up`, `shutdown`, `stats`.
//! - Futures may be polled by executors of different priority. Nobody spins, and nobody wakes himself,
//!   so that an executor above thread mode never keeps thread mode from running.
//! - One operation is one critical section, two where a future begins to wait. Inside, one item is moved
//!   (up to N in a put into a priority queue), no waker is called, nothing is dropped, and none of your
//!   code runs but `Ord::cmp` of the items of a priority queue. Waking is done outside, one by one: releasing
//!   16 joiners takes 17 short sections.
//! - A priority queue is kept sorted: a get takes the first item, and a put moves those that go before its own,
//!   equal ones among them, by one place. Where all of 7, 15, 31, 63 others do, its section takes 125, 197, 333,
//!   596 instructions on a Cortex-M4 with `u32`. A binary heap, whose items have to be numbered to keep
//!   equal ones in order, took 175, 229, 283, 337, and twice the RAM for the items: so this is for some twenty
//!   items that are small. For more, or larger ones, put indices into the queue, or use one queue for each
//!   priority.
//! - `shutdown_now` takes a section for each item.
//! - An interrupt that is masked by priority only (`BASEPRI`) and not by the implementation of
//!   `critical-section` must not touch a queue: the same rule as for everything that is built on that crate.
//!
//! # Panics
//!
//! The compiled code of `put`, `get` and `done` has two branches that end in a panic, both of them
//! documented: a future that is polled after it was ready, and, in priority queues alone, an `Ord` that
//! uses the queue that is comparing. `try_put`, `try_get` and `done` of the other two have none. Neither
//! formatting nor floating point nor an allocator is linked. (This is checked in the compiled programs.)
//!
//! # A future that is forgotten
//!
//! - *Dropped*: nothing. It is taken out of its line, and a wake-up that it had received is passed on.
//! - *Kept and not polled*: at most one wake-up. It stays in line, and when its turn comes, the item (or
//!   the room) that it was woken for stays in the queue, for whoever asks without waiting or asks next; the
//!   next wake-up goes to the next in line. Once it is polled or dropped, all is as if it had never stopped.
//! - *Leaked* (`mem::forget`) after it was polled: the same, for ever. Its memory must stay as well, which
//!   `Pin` makes sure of: a future on the stack cannot be leaked without `unsafe`.
//!
//! # Beside embassy-sync and heapless
//!
//! | | here | embassy `Channel`, `PriorityChannel` | heapless `mpmc`, `spsc` |
//! |---|---|---|---|
//! | tasks that wait on each side | any number, in order | one; with more they wake each other without end | none |
//! | `join`, finishing | yes | no | no |
//! | shutdown | yes | no | no |
//! | equal priorities keep their order | yes | no | |
//! | flash, RAM | more | less | least |
//! | instructions, where nobody waits | fewer | more | fewest |
//! | instructions, where a task waits | more | fewer | |
//! | a lock of one's own choice | no: `critical-section` | yes | |
//! | readiness to poll, `peek`, type-erased ends | no | yes | |
//!
//! With one task on each side, and nobody who asks whether the work is done, embassy's channel is smaller,
//! and takes half the instructions where a task waits. From embassy to here:
//!
//! | embassy-sync | here |
//! |---|---|
//! | `static C: Channel<CriticalSectionRawMutex, Job, 8> = Channel::new();` | `static Q: Queue<Job, 8> = Queue::new();` |
//! | `C.send(job).await` | `Q.put(job).await`, which fails after a shutdown |
//! | `C.receive().await` | `Q.get().await`, which gives a [`Task`](crate::Task); `.done()` gives the job |
//! | `C.try_send(job)`, `C.try_receive()` | `Q.try_put(job)`, `Q.try_get()` |
//! | a counter and a `Signal` to know when all is processed | `Q.join().await` |
//!
//! ```
//! use joinable_queue::heapless::Queue;
//!
//! # struct Job;
//! # fn handle(_: &Job) {}
//! // Before: static JOBS: Channel<CriticalSectionRawMutex, Job, 8> = Channel::new();
//! //         static LEFT: AtomicU32, with a compare-and-swap; static ALL_DONE: Signal<..., ()>
//! static JOBS: Queue<Job, 8> = Queue::new();
//!
//! fn in_an_interrupt() {
//!     // Before: LEFT.fetch_add(1, ...); if JOBS.try_send(Job).is_err() { LEFT.fetch_sub(1, ...); }
//!     let _ = JOBS.try_put(Job);
//! }
//!
//! // Before: one worker for each channel.
//! async fn worker() {
//!     // Before: loop { let job = JOBS.receive().await;
//!     while let Ok(job) = JOBS.get().await {
//!         handle(&job);
//!         // Before: if LEFT.fetch_sub(1, ...) == 1 { ALL_DONE.signal(()); }
//!         job.done();
//!     }
//! }
//!
//! async fn until_all_is_done() {
//!     // Before: ALL_DONE.wait().await, of one task, and of which round?
//!     JOBS.join().await;
//! }
//! ```
//!
//! # Measured
//!
//! By `tests/firmware/footprint.py` in the repository, on an emulator that counts instructions. (Not cycles:
//! flash wait states and the like are not in it.)
//!
//! Of the static of a `Queue<u32, 8>`, 44 bytes are `heapless::Deque` and 20 are counters (put, done, failed,
//! abandoned, detached): 64 before the first pointer to a waiter; the lines of waiters take the other 56.
//!
//! <!-- measured: begin -->
//! Rust 1.96.0, `opt-level = "s"`, fat LTO; items `u32`, capacity 8. Three figures are for
//! Cortex-M4F / Cortex-M0 / riscv32imc.
//!
//! Bytes of RAM:
//!
//! | | `Queue` | `LifoQueue` | `PriorityQueue` | embassy `Channel` | embassy `PriorityChannel` | heapless `mpmc` | heapless `spsc` |
//! |---|---|---|---|---|---|---|---|
//! | the static | 120 | 112 | 116 | 64 | 56 | 68 | 40 |
//! | a future that puts | 36 | 36 | 36 | 12 | 12 | – | – |
//! | one that gets | 28 | 28 | 28 | 4 | 4 | – | – |
//! | one that joins | 28 | 28 | 28 | – | – | – | – |
//!
//! Bytes of flash added to a program that does nothing:
//!
//! | | `Queue` | `LifoQueue` | `PriorityQueue` | embassy `Channel` | embassy `PriorityChannel` | heapless `mpmc` | heapless `spsc` |
//! |---|---|---|---|---|---|---|---|
//! | `try_put`, `try_get`, `done` | 432 / 440 / 528 | 384 / 412 / 472 | 588 / 676 / 696 | 216 / 216 / 268 | 348 / 388 / 424 | 244 / 384 / 412 | 76 / 124 / 172 |
//! | `put`, `get`, `done`, awaited | 2180 / 2256 / 2748 | 2096 / 2152 / 2624 | 2392 / 2536 / 2956 | 440 / 404 / 436 | 576 / 576 / 624 | – | – |
//! | and `join`, `shutdown` | 2900 / 2908 / 3412 | – | – | – | – | – | – |
//!
//! Instructions:
//!
//! | | `Queue` | `LifoQueue` | `PriorityQueue` | embassy `Channel` | embassy `PriorityChannel` | heapless `mpmc` | heapless `spsc` |
//! |---|---|---|---|---|---|---|---|
//! | `try_put`, `try_get` | 71 / 85 / 65 | 59 / 69 / 49 | 83 / 118 / 89 | 91 / 99 / 107 | 91 / 113 / 121 | 65 / 143 / 102 | 28 / 70 / 56 |
//! | `try_put`, `try_get`, `done` | 86 / 115 / 80 | 78 / 93 / 63 | 121 / 170 / 136 | – | – | – | – |
//! | `try_put`, `try_get`, with 7 inside | 71 / 87 / 67 | 59 / 70 / 49 | 150 / 206 / 164 | – | 153 / 197 / 198 | – | – |
//! | `put`, `get`, awaited, both ready | 235 / 308 / 380 | 233 / 284 / 369 | 245 / 329 / 388 | 121 / 128 / 149 | 113 / 133 / 145 | – | – |
//! | `get` that waits, `try_put`, `get` again | 390 / 476 / 437 | 364 / 431 / 410 | 396 / 490 / 454 | 161 / 172 / 196 | 142 / 182 / 184 | – | – |
//! | `get` that waits and is dropped | 272 / 323 / 325 | 253 / 297 / 309 | 267 / 325 / 324 | – | – | – | – |
//!
//! Instructions of the longest critical section in each of these:
//!
//! | | `Queue` | `LifoQueue` | `PriorityQueue` | embassy `Channel` | embassy `PriorityChannel` |
//! |---|---|---|---|---|---|
//! | `try_put`, `try_get` | 26 / 28 / 24 | 17 / 21 / 18 | 37 / 44 / 40 | 41 / 46 / 56 | 39 / 42 / 59 |
//! | `try_put`, `try_get`, `done` | 26 / 28 / 24 | 17 / 21 / 18 | 37 / 44 / 40 | – | – |
//! | `try_put`, `try_get`, with 7 inside | 26 / 30 / 26 | 17 / 21 / 18 | 104 / 129 / 115 | – | 88 / 113 / 100 |
//! | `put`, `get`, awaited, both ready | 43 / 53 / 39 | 39 / 47 / 34 | 57 / 71 / 49 | 42 / 47 / 57 | 38 / 44 / 56 |
//! | `get` that waits, `try_put`, `get` again | 67 / 78 / 56 | 63 / 75 / 52 | 69 / 83 / 60 | 48 / 53 / 62 | 46 / 52 / 65 |
//! | `get` that waits and is dropped | 67 / 78 / 56 | 63 / 75 / 52 | 69 / 83 / 56 | – | – |
//!
//! Polls of the futures that get, for each message, with so many that wait:
//!
//! | | 1 | 2 | 4 | 16 |
//! |---|---|---|---|---|
//! | `Queue` | 2.00 | 2.00 | 2.00 | 2.00 |
//! | embassy `Channel` | 2.00 | no end | no end | no end |
//! <!-- measured: end -->
#![forbid(unsafe_code)]
