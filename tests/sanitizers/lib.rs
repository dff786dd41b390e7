//! Nothing: see `tests/watched.rs`.
