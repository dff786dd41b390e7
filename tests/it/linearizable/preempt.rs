//! Threads that stop anywhere, so that whole operations of others come in the middle of one, although each
//! takes less than a microsecond and the machine has few cores.

pub(super) use platform::Preemption;

/// By a timer of the thread's own, and a handler of its signal that sleeps.
#[cfg(all(target_os = "linux", not(miri)))]
mod platform {
    use std::mem::MaybeUninit;
    use std::ptr;
    use std::sync::Once;

    /// How long a thread is held up, at least.
    static PAUSE: libc::timespec = nanoseconds(10_000);

    /// Belongs to the thread that made it.
    pub(in super::super) struct Preemption(libc::timer_t);

    impl Preemption {
        pub(in super::super) fn new() -> Self {
            static HANDLER: Once = Once::new();
            HANDLER.call_once(|| {
                let handler = pause as extern "C" fn(libc::c_int);
                // SAFETY: the handler does only what a handler of signals may do.
                let before = unsafe { libc::signal(libc::SIGUSR1, handler as libc::sighandler_t) };
                assert_ne!(before, libc::SIG_ERR);
            });
            // SAFETY: has no conditions. (Sleeps end when they should, and not some 50 microseconds later.)
            unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, 1) };
            // SAFETY: zeros are a value of this type.
            let mut event: libc::sigevent = unsafe { MaybeUninit::zeroed().assume_init() };
            event.sigev_notify = libc::SIGEV_THREAD_ID;
            event.sigev_signo = libc::SIGUSR1;
            // SAFETY: has no conditions.
            event.sigev_notify_thread_id = unsafe { libc::gettid() };
            let mut timer = MaybeUninit::uninit();
            let clock = libc::CLOCK_MONOTONIC;
            // SAFETY: the pointers are to what they should be to.
            let error = unsafe { libc::timer_create(clock, &raw mut event, timer.as_mut_ptr()) };
            assert_eq!(error, 0);
            // SAFETY: without an error it is initialised.
            Self(unsafe { timer.assume_init() })
        }

        /// The thread stops in so many nanoseconds, wherever it is then.
        pub(in super::super) fn arm(&self, delay: u32) {
            let once = libc::itimerspec {
                it_interval: nanoseconds(0),
                it_value: nanoseconds(delay.max(1)),
            };
            // SAFETY: one pointer is valid, the other may be null, and the timer is there.
            let error = unsafe { libc::timer_settime(self.0, 0, &raw const once, ptr::null_mut()) };
            assert_eq!(error, 0);
        }
    }

    impl Drop for Preemption {
        fn drop(&mut self) {
            // SAFETY: the timer is there, and not used after this.
            unsafe { libc::timer_delete(self.0) };
        }
    }

    const fn nanoseconds(tv_nsec: u32) -> libc::timespec {
        libc::timespec {
            tv_sec: 0,
            tv_nsec: tv_nsec as libc::c_long,
        }
    }

    extern "C" fn pause(_: libc::c_int) {
        // SAFETY: has no conditions.
        let errno = unsafe { libc::__errno_location() };
        // SAFETY: this thread's own.
        let interrupted = unsafe { *errno };
        // SAFETY: one pointer is valid, the other may be null.
        unsafe { libc::nanosleep(&raw const PAUSE, ptr::null_mut()) };
        // SAFETY: as above.
        unsafe { *errno = interrupted };
    }
}

/// Where there is no such thing, the system's scheduler has to do.
#[cfg(not(all(target_os = "linux", not(miri))))]
mod platform {
    pub(in super::super) struct Preemption;

    impl Preemption {
        pub(in super::super) fn new() -> Self {
            Self
        }

        pub(in super::super) fn arm(&self, _: u32) {}
    }
}
