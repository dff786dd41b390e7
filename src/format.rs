//! `defmt::Format` for errors and numbers: as their `Debug`, without that of an item.
#![forbid(unsafe_code)]

use defmt::{Format, Formatter, write};

use crate::error::{
    GetError, GetTimeoutError, JoinTimeoutError, PutAllError, PutError, PutTimeoutError,
    RequeueError, TaskDoneError, TryGetError, TryPutAllError, TryPutError,
};
use crate::stats::Stats;

impl Format for Stats {
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "Stats {{ put: {=usize}, got: {=usize}, done: {=usize}, failed: {=usize}, \
             abandoned: {=usize}, len: {=usize}, in_flight: {=usize}, unfinished: {=usize}, \
             waiting_getters: {=usize}, waiting_putters: {=usize}, waiting_joiners: {=usize}, \
             capacity: {}, is_shutdown: {=bool} }}",
            self.put,
            self.got,
            self.done,
            self.failed,
            self.abandoned,
            self.len,
            self.in_flight,
            self.unfinished,
            self.waiting_getters,
            self.waiting_putters,
            self.waiting_joiners,
            self.capacity,
            self.is_shutdown,
        );
    }
}

impl<T> Format for PutError<T> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "PutError(..)");
    }
}

impl<T> Format for TryPutError<T> {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Full(_) => write!(f, "Full(..)"),
            Self::ShutDown(_) => write!(f, "ShutDown(..)"),
        }
    }
}

impl<T> Format for PutAllError<T> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "PutAllError {{ put: {=usize}, .. }}", self.put);
    }
}

impl<T> Format for TryPutAllError<T> {
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "TryPutAllError {{ put: {=usize}, error: {} }}",
            self.put, self.error
        );
    }
}

impl<K> Format for RequeueError<K> {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Full(_) => write!(f, "Full(..)"),
            Self::ShutDown(_) => write!(f, "ShutDown(..)"),
        }
    }
}

impl<T> Format for PutTimeoutError<T> {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::TimedOut(_) => write!(f, "TimedOut(..)"),
            Self::ShutDown(_) => write!(f, "ShutDown(..)"),
        }
    }
}

impl Format for GetError {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "GetError");
    }
}

impl Format for TryGetError {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Empty => write!(f, "Empty"),
            Self::ShutDown => write!(f, "ShutDown"),
        }
    }
}

impl Format for TaskDoneError {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "TaskDoneError");
    }
}

impl Format for GetTimeoutError {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::TimedOut => write!(f, "TimedOut"),
            Self::ShutDown => write!(f, "ShutDown"),
        }
    }
}

impl Format for JoinTimeoutError {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "JoinTimeoutError");
    }
}
