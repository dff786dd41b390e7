//! How much is enough.

/// How often to do what is usually done `usual` times: a hundredth under Miri, which is slow, and `DEEP`
/// times as often in runs that have time.
pub(crate) fn effort(usual: usize) -> usize {
    if cfg!(miri) {
        return usual.div_ceil(100);
    }
    let times = std::env::var("DEEP").map_or(1, |times| times.parse().expect("a number"));
    usual * times
}
