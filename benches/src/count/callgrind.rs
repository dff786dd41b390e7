//! Instructions and locked instructions of an operation, from two runs of this program under callgrind
//! with different numbers of operations: the difference has no start and no end in it.

use std::collections::{HashMap, HashSet};
use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{self, Command, Stdio};

use super::disassembly::locked_instructions;

/// A profile: for each object, how often each of its instructions was executed.
type Profile = HashMap<String, HashMap<u64, u64>>;

/// Counts, and remembers the disassembly of what it has seen.
#[derive(Default)]
pub(super) struct Counter {
    locked: HashMap<String, HashSet<u64>>,
}

/// Per operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Instructions {
    pub(super) all: f64,
    pub(super) locked: f64,
}

/// What has to be installed for counting, and is not.
pub fn missing_tools() -> Option<String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Some("counting needs Linux on x86-64".into());
    }
    let there = |tool: &str| {
        let mut command = Command::new(tool);
        let command = command.arg("--version").stdout(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let tools = ["valgrind", "objdump"];
    let missing: Vec<_> = tools.into_iter().filter(|tool| !there(tool)).collect();
    (!missing.is_empty()).then(|| {
        let missing = missing.join(" and ");
        format!("counting needs {missing} (Debian: apt-get install valgrind binutils)")
    })
}

impl Counter {
    /// What one more operation costs, when this program does `few` and `many` of them. The number is
    /// the last argument.
    pub(super) fn count(
        &mut self,
        arguments: &[&str],
        few: u64,
        many: u64,
    ) -> io::Result<Instructions> {
        let (before, after) = (profile(arguments, few)?, profile(arguments, many)?);
        let operations = (many - few) as f64;
        let all = sum(&after, |_, _| true) - sum(&before, |_, _| true);
        for object in after.keys() {
            if !self.locked.contains_key(object) {
                let found = if Path::new(object).is_file() {
                    locked_instructions(object)?
                } else {
                    HashSet::new()
                };
                self.locked.insert(object.clone(), found);
            }
        }
        let is_locked = |object: &str, address| self.locked[object].contains(&address);
        let locked = sum(&after, is_locked) - sum(&before, is_locked);
        Ok(Instructions {
            all: all as f64 / operations,
            locked: locked as f64 / operations,
        })
    }
}

fn sum(profile: &Profile, wanted: impl Fn(&str, u64) -> bool) -> i64 {
    let mut sum = 0;
    for (object, instructions) in profile {
        for (address, times) in instructions {
            if wanted(object, *address) {
                sum += *times as i64;
            }
        }
    }
    sum
}

fn profile(arguments: &[&str], operations: u64) -> io::Result<Profile> {
    let file = env::temp_dir().join(format!("joinable-queue-callgrind.{}", process::id()));
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--dump-instr=yes", "--dump-line=no"])
        .args(["--compress-strings=no", "--compress-pos=no"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(env::current_exe()?)
        .args(arguments)
        .arg(operations.to_string())
        .output()?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("under valgrind: {text}")));
    }
    let text = fs::read_to_string(&file)?;
    fs::remove_file(&file)?;
    Ok(parse(&text))
}

/// Reads callgrind's format, uncompressed: after `ob=` come that object's instructions, an address and a
/// number each; the line after a `calls=` is the sum of a call, whose parts are listed elsewhere.
fn parse(text: &str) -> Profile {
    let mut profile = Profile::new();
    let mut object = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("ob=") {
            name.clone_into(&mut object);
        } else if line.starts_with("calls=") {
            lines.next();
        } else if let Some((address, times)) = instruction(line) {
            let instructions = profile.entry(object.clone()).or_default();
            *instructions.entry(address).or_default() += times;
        }
    }
    profile
}

fn instruction(line: &str) -> Option<(u64, u64)> {
    let (address, times) = line.strip_prefix("0x")?.split_once(' ')?;
    Some((u64::from_str_radix(address, 16).ok()?, times.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{parse, sum};

    #[test]
    fn calls_are_not_counted_twice() {
        let profile = parse(
            "events: Ir\nob=/bin/a\nfn=main\n0x10 2\ncob=/lib/b\ncfn=f\ncalls=1 0x20\n0x14 70\n0x18 1\n\
             \nob=/lib/b\nfn=f\n0x20 70\n",
        );
        assert_eq!(sum(&profile, |_, _| true), 73);
        assert_eq!(sum(&profile, |object, _| object == "/bin/a"), 3);
        assert_eq!(sum(&profile, |_, address| address == 0x20), 70);
    }
}
