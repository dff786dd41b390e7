//! The examples run, and print what they promise.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::kit::within_limit;

#[test]
fn priorities() {
    assert_eq!(
        stdout("priorities"),
        "\
most urgent first:
  1 fix: built
  2 announcement: built
  3 tests: attempt 1 failed, once more
  4 deploy: attempt 1 failed, once more
  4 tests: built
  5 docs: built
  5 lints: built
  5 deploy: attempt 2 failed, once more
  6 deploy: attempt 3 failed, given up
9 puts, 9 done, 1 of them failed, 0 unfinished
largest first:
  9 anvil
  7 chair
  2 book
  2 kettle
"
    );
}

#[test]
fn threads() {
    let stdout = stdout("threads");
    let lines = |part: &str| stdout.lines().filter(|line| line.contains(part)).count();
    assert_eq!(
        (lines("put job"), lines("finished job")),
        (12, 12),
        "{stdout}"
    );
    assert_eq!(lines("all 8 finished"), 1, "{stdout}");
    assert_eq!(lines("all 12 finished"), 1, "{stdout}");
    assert_eq!(lines("ends"), 3, "{stdout}");
    assert!(stdout.ends_with("all consumers are gone\n"), "{stdout}");
}

#[test]
fn worker_pool() {
    let stdout = stdout("worker_pool");
    let naps = stdout.lines().filter(|line| line.contains("has slept for"));
    assert_eq!(naps.count(), 20, "{stdout}");
}

/// What the example prints; it must succeed, and say nothing on stderr.
#[track_caller]
fn stdout(example: &str) -> String {
    let program = build(example);
    let run = move || Command::new(program).stdin(Stdio::null()).output();
    let Output {
        status,
        stdout,
        stderr,
    } = within_limit(run).expect("the example runs");
    assert!(status.success(), "{status}");
    assert_eq!(String::from_utf8_lossy(&stderr), "");
    String::from_utf8(stdout).expect("UTF-8")
}

/// Builds an example into the target folder that this test was built into, with the same profile, and
/// returns the program. `cargo test` has built it already, unless it was told to build this test only.
pub(crate) fn build(example: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--example", example, "--profile", &profile()])
        .args(["--message-format", "json-render-diagnostics"])
        .arg("--target-dir")
        .arg(target.expect("a folder in the target folder"))
        .output()
        .expect("cargo runs");
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    // Just this example gets a string here: libraries and build scripts have null.
    let messages = String::from_utf8(stdout).expect("UTF-8");
    let (_, rest) = messages
        .split_once("\"executable\":\"")
        .expect("cargo names the program");
    let (program, _) = rest.split_once('"').expect("a string ends");
    program.replace(r"\\", r"\").into()
}

/// The folder of a profile has its name, with one exception.
fn profile() -> String {
    let this = std::env::current_exe().expect("this test is a file");
    let folder = this.ancestors().nth(2).and_then(Path::file_name);
    match folder
        .and_then(|name| name.to_str())
        .expect("target/profile/deps/it")
    {
        "debug" => "dev".to_owned(),
        other => other.to_owned(),
    }
}
