//! The example `hash_tree`, on a tree with every kind of name, against the real `sha256sum`.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};
use std::thread;

use tempfile::TempDir;

use crate::examples::build;
use crate::kit::within_limit;

const INTERRUPTED: Option<i32> = Some(130);
const BROKEN_PIPE: Option<i32> = Some(141);

const NAMES: &[&[u8]] = &[
    b"plain",
    b"empty",
    b"two  blanks",
    b" leading blank",
    b"trailing blank ",
    b"*star",
    b"-dash",
    b"-",
    b"--sorted",
    b"back\\slash",
    b"trailing backslash\\",
    b"backslash\\nand n",
    b"new\nline",
    b"trailing newline\n",
    b"carriage\rreturn",
    b"trailing return\r",
    b"all\\of\nthem\r",
    b"quotes '\" and $(dollars)",
    b"tab\tand bell\x07",
    "gr\u{fc}n \u{1f33f}".as_bytes(),
    b"not UTF-8 \xff\xfe",
    b"nested/deeply/file",
    b"nested/deep\nly/file",
    b"nested-beside",
    b"big",
];

#[test]
fn every_file_once_and_verified_by_sha256sum() {
    let tree = Tree::new();
    tree.fill(NAMES);
    within_limit(move || {
        for workers in ["1", "2", "16"] {
            for capacity in ["1", "2", "256"] {
                let output = tree.hash(&["--workers", workers, "--capacity", capacity]);
                assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
                assert_eq!(names(&output.stdout), tree.expected());
                assert_eq!(said(&output.stderr), tree.summary(NAMES.len(), 0, 0));
                tree.verify(&output.stdout);
            }
        }
    });
}

#[test]
fn sorted_by_path() {
    let tree = Tree::new();
    tree.fill(NAMES);
    within_limit(move || {
        // Below a folder that is given, and in the order of its bytes.
        let output = tree.hash(&["--sorted", "../tree"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
        let names: Vec<_> = lines(&output.stdout).map(|(_, name)| name).collect();
        assert!(names.is_sorted(), "{names:?}");
        assert_eq!(names.len(), NAMES.len());
        tree.verify(&output.stdout);
    });
}

#[test]
fn unreadable_files_and_folders_are_reported_and_the_rest_is_hashed() {
    let tree = Tree::new();
    tree.fill(NAMES);
    tree.file(b"locked\nfile", b"secret");
    tree.file(b"locked folder/file", b"secret");
    tree.allow("locked\nfile", 0o000);
    tree.allow("locked folder", 0o000);
    within_limit(move || {
        for flags in [&["--workers", "1"][..], &["--sorted"], &["--capacity", "1"]] {
            let output = tree.hash(flags);
            let stderr = said(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{stderr}");
            assert_eq!(names(&output.stdout), tree.expected());
            tree.verify(&output.stdout);

            let denied = "Permission denied (os error 13)";
            let mut complaints: Vec<_> = stderr.split_inclusive('\n').collect();
            assert_eq!(complaints.pop(), Some(&*tree.summary(NAMES.len(), 1, 1)));
            complaints.sort_unstable();
            assert_eq!(
                complaints,
                [
                    format!("hash_tree: ./locked folder: {denied}\n"),
                    format!("hash_tree: ./locked\\nfile: {denied}\n"),
                ]
            );
        }
        tree.allow("locked folder", 0o755);
    });
}

#[test]
fn what_is_no_regular_file_is_passed_over() {
    let tree = Tree::new();
    tree.fill(&[b"file"]);
    symlink("file", tree.path("link")).unwrap();
    symlink(".", tree.path("loop")).unwrap();
    symlink("nowhere", tree.path("dangling")).unwrap();
    run(Command::new("mkfifo").arg(tree.path("fifo")));
    within_limit(move || {
        let output = tree.hash(&[]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
        assert_eq!(names(&output.stdout), tree.expected());
    });
}

#[test]
fn a_folder_that_is_not_there() {
    let tree = Tree::new();
    within_limit(move || {
        let output = tree.hash(&["missing"]);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(said(&output.stdout), "");
        let complaint = "hash_tree: missing: No such file or directory (os error 2)\n";
        assert_eq!(
            said(&output.stderr),
            complaint.to_owned() + &tree.summary(0, 0, 1)
        );
    });
}

#[test]
fn a_queue_without_room_and_no_workers_are_refused() {
    let tree = Tree::new();
    within_limit(move || {
        for flags in [["--workers", "0"], ["--capacity", "0"]] {
            let output = tree.hash(&flags);
            assert_eq!(output.status.code(), Some(2));
            assert!(
                said(&output.stderr).contains("0 is not in 1..="),
                "{}",
                said(&output.stderr)
            );
        }
    });
}

#[test]
fn a_reader_that_leaves_ends_it_quietly() {
    let tree = Tree::new();
    tree.fill_beyond_a_pipe();
    within_limit(move || {
        for flags in [&["--workers", "1"][..], &["--workers", "8"], &["--sorted"]] {
            let (mut child, mut stdout, mut stderr) = tree.start(flags);
            read_line(&mut stdout);
            drop(stdout);
            assert_eq!(child.wait().unwrap().code(), BROKEN_PIPE);
            assert_eq!(rest(&mut stderr), "");
        }
    });
}

#[test]
fn a_full_disk_is_an_error() {
    let tree = Tree::new();
    tree.fill(NAMES);
    within_limit(move || {
        for flags in [&[][..], &["--sorted"]] {
            let full = File::options().write(true).open("/dev/full").unwrap();
            let output = tree.command(flags).stdout(full).output().unwrap();
            assert_eq!(output.status.code(), Some(1));
            let complaint = "hash_tree: standard output: No space left on device (os error 28)\n";
            assert_eq!(said(&output.stderr), complaint);
        }
    });
}

/// Nobody reads, and the pipe is full long before the tree is done, so that it cannot be over when
/// Ctrl-C comes.
#[test]
fn ctrl_c_leaves_the_rest_and_says_how_much() {
    let tree = Tree::new();
    let files = tree.fill_beyond_a_pipe();
    within_limit(move || {
        for (workers, capacity) in [(1, "1"), (2, "3"), (8, "256")] {
            let flags = ["--workers", &workers.to_string(), "--capacity", capacity];
            let (mut child, mut stdout, mut stderr) = tree.start(&flags);
            let first = read_line(&mut stdout);
            interrupt(&child, &mut stderr);
            // From here on it does nothing but come to its end.
            let mut sums = first.into_bytes();
            stdout.read_to_end(&mut sums).unwrap();
            assert_eq!(child.wait().unwrap().code(), INTERRUPTED);

            let report = rest(&mut stderr);
            let [found, left, hashed, failed, abandoned, errors] = numbers(&report);
            assert_eq!(lines(&sums).count(), hashed, "{report}");
            assert_eq!(found, hashed + left, "{report}");
            assert!(found <= files && hashed < files, "{report}");
            // What no worker had begun was taken back.
            assert!(abandoned <= left.min(workers), "{report}");
            assert_eq!((failed, errors), (0, 0), "{report}");
            tree.verify(&sums);
        }
    });
}

#[test]
fn ctrl_c_does_not_wait_for_a_large_file() {
    let tree = Tree::new();
    let small = tree.fill_beyond_a_pipe() - 1;
    // The first file of the walk, so that a worker has it when the first sum is printed. A hole takes
    // no room, and hours to hash.
    let first = fs::read_dir(tree.root()).unwrap().next().unwrap().unwrap();
    let large = File::options().write(true).open(first.path()).unwrap();
    large.set_len(1 << 43).unwrap();
    within_limit(move || {
        let (mut child, mut stdout, mut stderr) = tree.start(&["--workers", "2"]);
        let mut sums = read_line(&mut stdout).into_bytes();
        interrupt(&child, &mut stderr);
        stdout.read_to_end(&mut sums).unwrap();
        assert_eq!(child.wait().unwrap().code(), INTERRUPTED);

        let report = rest(&mut stderr);
        let [found, left, hashed, failed, abandoned, errors] = numbers(&report);
        assert_eq!(found, hashed + left, "{report}");
        assert!(
            hashed < small && 1 <= abandoned && abandoned <= left,
            "{report}"
        );
        assert_eq!((failed, errors), (0, 0), "{report}");
        tree.verify(&sums);
    });
}

#[test]
fn a_second_ctrl_c_waits_for_nobody() {
    let tree = Tree::new();
    tree.fill_beyond_a_pipe();
    within_limit(move || {
        let (mut child, mut stdout, mut stderr) = tree.start(&["--workers", "2"]);
        read_line(&mut stdout);
        wait_until_stuck(&child);
        interrupt(&child, &mut stderr);
        send_interrupt(&child);
        // It is stuck in a write, and yet it ends. The pipe is closed only afterwards.
        assert_eq!(child.wait().unwrap().code(), INTERRUPTED);
        drop(stdout);
    });
}

/// A folder with the program, and beside it the tree to be hashed. Root may read everything, so if that
/// is who runs the tests, the program runs as nobody.
struct Tree {
    home: TempDir,
}

impl Tree {
    fn new() -> Self {
        let program = build("hash_tree");
        let home = tempfile::tempdir().unwrap();
        let tree = Self { home };
        // Not `fs::copy`: another test that forks while this process has the copy open for writing
        // would keep it from being run.
        run(Command::new("cp").args([&program, &tree.program()]));
        fs::set_permissions(tree.home.path(), Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(tree.root()).unwrap();
        tree
    }

    fn program(&self) -> PathBuf {
        self.home.path().join("hash_tree")
    }

    fn root(&self) -> PathBuf {
        self.home.path().join("tree")
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.root().join(name)
    }

    fn file(&self, name: &[u8], content: &[u8]) {
        let path = self.path(OsStr::from_bytes(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn fill(&self, names: &[&[u8]]) {
        for &name in names {
            match name {
                b"empty" => self.file(name, b""),
                // Many chunks, and a part of one.
                b"big" => self.file(name, &b"0123456789".repeat(400_001)),
                _ => self.file(name, name),
            }
        }
    }

    /// More output than a pipe takes (64 KiB), even if some of it has been read; returns the number of
    /// files.
    fn fill_beyond_a_pipe(&self) -> usize {
        let files = 1000;
        for n in 0..files {
            self.file(format!("{n:0200}").as_bytes(), b"content");
        }
        files
    }

    fn allow(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), Permissions::from_mode(mode)).unwrap();
    }

    /// The regular files that can be read, as the program names them.
    fn expected(&self) -> BTreeSet<Vec<u8>> {
        let readable = |entry: &walkdir::DirEntry| entry.metadata().unwrap().mode() & 0o777 != 0;
        walkdir::WalkDir::new(self.root())
            .into_iter()
            .filter_entry(readable)
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| Path::new(".").join(entry.path().strip_prefix(self.root()).unwrap()))
            .map(|path| path.as_os_str().as_bytes().to_owned())
            .collect()
    }

    fn command(&self, flags: &[&str]) -> Command {
        let mut command = Command::new(self.program());
        command.args(flags).current_dir(self.root());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if self.home.path().metadata().unwrap().uid() == 0 {
            command.uid(65534).gid(65534);
        }
        command
    }

    fn hash(&self, flags: &[&str]) -> Output {
        self.command(flags).output().unwrap()
    }

    fn start(&self, flags: &[&str]) -> (Child, BufReader<ChildStdout>, BufReader<ChildStderr>) {
        let mut child = self.command(flags).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        let stderr = child.stderr.take().unwrap();
        (child, BufReader::new(stdout), BufReader::new(stderr))
    }

    fn summary(&self, hashed: usize, failed: usize, errors: usize) -> String {
        format!(
            "hash_tree: hashed: {hashed}, failed: {failed}, abandoned: 0, \
             errors in the walk: {errors}\n"
        )
    }

    /// Has the real program check the sums, from the same folder.
    #[track_caller]
    fn verify(&self, sums: &[u8]) {
        let list = self.home.path().join("sums");
        File::create(&list).unwrap().write_all(sums).unwrap();
        let output = Command::new("sha256sum")
            .args(["--check", "--strict", "--quiet"])
            .arg(list)
            .current_dir(self.root())
            .output()
            .expect("sha256sum runs");
        assert!(
            output.status.success(),
            "{}{}",
            said(&output.stdout),
            said(&output.stderr)
        );
    }
}

#[track_caller]
fn run(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}

/// Sends Ctrl-C, and waits until the program has taken notice.
#[track_caller]
fn interrupt(child: &Child, stderr: &mut BufReader<ChildStderr>) {
    send_interrupt(child);
    assert_eq!(
        read_line(stderr),
        "hash_tree: stopping; press Ctrl-C again to leave at once\n"
    );
}

/// Waits until no thread of the program can go on by itself.
fn wait_until_stuck(child: &Child) {
    let mut before = None;
    loop {
        let now = switches_of_sleeping_threads(child);
        // Each of them slept when first looked at, sleeps now, and has not left the processor between:
        // so there was an instant at which all of them slept.
        if now.is_some() && now == before {
            return;
        }
        before = now;
        thread::yield_now();
    }
}

/// How often each thread has left the processor; `None` if one of them is not asleep.
fn switches_of_sleeping_threads(child: &Child) -> Option<Vec<String>> {
    let threads = fs::read_dir(format!("/proc/{}/task", child.id())).unwrap();
    threads
        .map(|thread| fs::read_to_string(thread.ok()?.path().join("status")).ok())
        .map(|status| {
            let status = status?;
            let asleep = status.contains("\nState:\tS");
            let switches = status.split("voluntary_ctxt_switches:").nth(1)?;
            asleep.then(|| switches.to_owned())
        })
        .collect()
}

fn send_interrupt(child: &Child) {
    // The shell has a `kill` of its own.
    run(Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]));
}

fn read_line(from: &mut impl BufRead) -> String {
    let mut line = String::new();
    from.read_line(&mut line).unwrap();
    line
}

fn rest(from: &mut impl Read) -> String {
    let mut rest = String::new();
    from.read_to_string(&mut rest).unwrap();
    rest
}

fn said(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}

/// The numbers in a report, which must be so many.
#[track_caller]
fn numbers<const N: usize>(report: &str) -> [usize; N] {
    let numbers: Vec<_> = report
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|number| number.parse().ok())
        .collect();
    numbers.try_into().unwrap_or_else(|_| panic!("{report}"))
}

/// The sums and the names, with the escapes undone.
fn lines(output: &[u8]) -> impl Iterator<Item = (&[u8], Vec<u8>)> {
    output.split_inclusive(|&byte| byte == b'\n').map(|line| {
        let line = line.strip_suffix(b"\n").expect("a whole line");
        let (escaped, line) = match line.strip_prefix(b"\\") {
            Some(line) => (true, line),
            None => (false, line),
        };
        let (sum, name) = line.split_at(64);
        assert!(sum.iter().all(u8::is_ascii_hexdigit), "{}", said(sum));
        let name = name.strip_prefix(b"  ").expect("two blanks");
        (
            sum,
            if escaped {
                unescape(name)
            } else {
                name.to_owned()
            },
        )
    })
}

fn unescape(name: &[u8]) -> Vec<u8> {
    let mut bytes = name.iter();
    let next = || {
        Some(match bytes.next()? {
            b'\\' => match bytes.next() {
                Some(b'\\') => b'\\',
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                other => panic!("no escape: {other:?}"),
            },
            &byte => byte,
        })
    };
    std::iter::from_fn(next).collect()
}

/// The names, each of which must be there once.
#[track_caller]
fn names(output: &[u8]) -> BTreeSet<Vec<u8>> {
    let mut names = BTreeSet::new();
    for (_, name) in lines(output) {
        assert!(names.insert(name.clone()), "twice: {}", said(&name));
    }
    names
}
