//! How much is enough, and what is too much for Miri, which is a thousand times slower.

/// How often to do what may be done any number of times, at random, and is usually done `usual` times:
/// `DEEP` times as often in runs that have time.
pub(crate) fn effort(usual: usize) -> usize {
    if cfg!(miri) {
        return many(usual);
    }
    let times = std::env::var("DEEP").map_or(1, |times| times.parse().expect("a number"));
    usual * times
}

/// As many as `usual`, a number that only has to be large; a hundredth of it under Miri.
pub(crate) const fn many(usual: usize) -> usize {
    if cfg!(miri) {
        usual.div_ceil(100)
    } else {
        usual
    }
}
