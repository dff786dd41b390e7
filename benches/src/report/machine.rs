//! On what, and with what, the figures were made.

use std::fs;
use std::process::Command;
use std::thread;

/// Of this package: the peers' versions are in it.
const LOCK: &str = include_str!("../../Cargo.lock");

const PEERS: [&str; 15] = [
    "async-channel",
    "concurrent-queue",
    "crossbeam-channel",
    "crossbeam-queue",
    "crossfire",
    "embassy-sync",
    "event-listener",
    "flume",
    "joinable-queue",
    "kanal",
    "tachyonix",
    "thingbuf",
    "tokio",
    "tokio-util",
    "async-executor",
];

/// The processor, the compiler and the versions of the peers.
pub(super) fn describe() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let versions: Vec<String> = PEERS
        .iter()
        .filter_map(|peer| Some(format!("{peer} {}", version(peer)?)))
        .collect();
    format!(
        "{}, {cores} cores; {}. {}.",
        processor().unwrap_or_else(|| "an unknown processor".into()),
        compiler().unwrap_or_else(|| "an unknown compiler".into()),
        versions.join(", ")
    )
}

/// What `rustc` says it is.
pub fn compiler() -> Option<String> {
    let output = Command::new("rustc").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().to_owned())
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(": ")?.1.to_owned())
}

fn version(package: &str) -> Option<&'static str> {
    let (_, after) = LOCK.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    after.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::{PEERS, version};

    #[test]
    fn the_lock_file_knows_all_peers() {
        for peer in PEERS {
            assert!(version(peer).is_some(), "{peer}");
        }
    }
}
