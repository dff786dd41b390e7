//! The fuzz targets' bodies, which are tests of the crate: `tests/it/bodies/`.

#[macro_use]
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the tests use more of it"
)]
#[path = "../../tests/it/kit/mod.rs"]
mod kit;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../../tests/it/bodies/mod.rs"]
mod bodies;
#[allow(dead_code, unused_imports, reason = "the tests use more of it")]
#[path = "../../tests/it/scripts/mod.rs"]
mod scripts;

/// Runs the body of one target; panics if a promise is broken.
pub fn run(target: &str, data: &[u8]) {
    let target = bodies::TARGETS.iter().find(|(name, _)| *name == target);
    target.expect("there is such a target").1(data);
}
