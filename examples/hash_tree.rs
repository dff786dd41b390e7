//! SHA-256 sums of all files below a folder, on all cores, in the format that `sha256sum -c` checks.
//!
//! ```text
//! cargo run --release --example hash_tree -- src >src.sha256
//! sha256sum -c src.sha256
//! ```
//!
//! One thread walks the folder and puts paths into a queue, others take them out and hash the files.
//! The queue is bounded, so that the walk cannot run far ahead of the hashing. When the walk is over,
//! `join` waits until every file is finished, and `shutdown` then sends the workers home. Whatever
//! happens to a file, it is counted: the queue knows how many were put, and how each of them ended.

use std::borrow::Cow;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::num::NonZeroUsize;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use clap::Parser;
use clap::builder::RangedU64ValueParser;
use indicatif::ProgressBar;
use joinable_queue::{Queue, Stats};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

/// Print the SHA-256 sums of all regular files below a folder; `sha256sum -c` checks them
#[derive(Parser)]
struct Args {
    /// Where to begin; symbolic links below it are not followed
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// How many threads hash
    #[arg(long, value_name = "N", default_value_t = parallelism(), value_parser = at_least_one(1024))]
    workers: usize,
    /// How many paths may wait for a thread
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = at_least_one(1 << 20))]
    capacity: usize,
    /// Print at the end, sorted by path, instead of as files are finished
    #[arg(long)]
    sorted: bool,
}

/// A path and its sum.
type Sum = (PathBuf, String);

// What a shell reports of a program that SIGINT or SIGPIPE has ended.
const INTERRUPTED: u8 = 128 + 2;
const BROKEN_PIPE: u8 = 128 + 13;

fn main() -> ExitCode {
    let args = Args::parse();
    // The handler of Ctrl-C lives as long as the program; everybody else borrows the queue.
    let queue = Arc::new(Queue::bounded(args.capacity));
    if let Err(error) = stop_on_ctrl_c(Arc::clone(&queue)) {
        complain(format!("cannot catch Ctrl-C: {error}"));
    }
    match run(&args, &queue) {
        Ok(code) => code,
        // As in `hash_tree | head`: nobody wants to read on.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => BROKEN_PIPE.into(),
        Err(error) => {
            complain(format!("standard output: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Hashes everything. Fails only if the sums cannot be printed.
fn run(args: &Args, queue: &Queue<PathBuf>) -> io::Result<ExitCode> {
    let bar = progress_bar();
    let kept = args.sorted.then(Mutex::default);

    let (walk, stats, hashed) = thread::scope(|scope| {
        let _guard = StopOnPanic(queue);
        let workers: Vec<_> = (0..args.workers)
            .map(|_| scope.spawn(|| work(queue, kept.as_ref(), &bar)))
            .collect();

        let walk = walk(&args.dir, queue, &bar);
        let stats = join(queue, &bar);
        queue.shutdown();

        let hashed = workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|p| panic::resume_unwind(p)))
            .sum::<io::Result<usize>>();
        (walk, stats, hashed)
    });
    bar.finish_and_clear();

    let hashed = hashed?;
    if let Some(kept) = kept {
        print_sorted(kept.into_inner().unwrap_or_else(PoisonError::into_inner))?;
    }
    Ok(summary(&walk, &stats, hashed))
}

/// What the walk came across.
#[derive(Default)]
struct Walk {
    files: usize,
    errors: usize,
}

/// The producer: puts every regular file below `root` into the queue.
fn walk(root: &Path, queue: &Queue<PathBuf>, bar: &ProgressBar) -> Walk {
    let mut walk = Walk::default();
    for entry in WalkDir::new(root) {
        if queue.is_shutdown() {
            break;
        }
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                walk.files += 1;
                // Waits for room. An error means that the queue was shut down: see above.
                let _ = queue.put_blocking(entry.into_path());
                show(&queue.stats(), bar);
            }
            Ok(_) => {}
            Err(error) => {
                walk.errors += 1;
                let path = error.path().unwrap_or(root);
                bar.suspend(|| match error.io_error() {
                    Some(reason) => complain_about(path, reason),
                    None => complain_about(path, &error),
                });
            }
        }
    }
    walk
}

/// Waits until every file that was put is finished, and keeps the progress bar moving.
fn join(queue: &Queue<PathBuf>, bar: &ProgressBar) -> Stats {
    loop {
        match queue.join_timeout(Duration::from_millis(100)) {
            Ok(stats) => return stats,
            Err(_) => show(&queue.stats(), bar),
        }
    }
}

/// A worker: hashes files until the queue is shut down and empty. Returns how many it has hashed, or
/// why their sums could not be printed.
fn work(
    queue: &Queue<PathBuf>,
    kept: Option<&Mutex<Vec<Sum>>>,
    bar: &ProgressBar,
) -> io::Result<usize> {
    let _guard = StopOnPanic(queue);
    let mut hashed = 0;
    while let Ok(task) = queue.get_blocking() {
        // When all is well, the shutdown comes after the last file. One that comes in the middle of a
        // file means: stop.
        match sha256(&task, || queue.is_shutdown()) {
            Ok(Some(sum)) => {
                if let Some(kept) = kept {
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.push((task.clone(), sum));
                } else if let Err(error) = print_above(bar, &task, &sum) {
                    drop(queue.shutdown_now());
                    return Err(error);
                }
                task.done();
                hashed += 1;
            }
            // The task is dropped here, and so counted as abandoned.
            Ok(None) => {}
            Err(error) => {
                bar.suspend(|| complain_about(&task, &error));
                task.fail();
            }
        }
    }
    Ok(hashed)
}

/// The sum of a file's content in hexadecimal; `None` if it had to stop before the end.
fn sha256(path: &Path, stop: impl Fn() -> bool) -> io::Result<Option<String>> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 64 * 1024];
    while !stop() {
        match file.read(&mut chunk) {
            Ok(0) => return Ok(Some(format!("{:x}", hasher.finalize()))),
            Ok(len) => hasher.update(&chunk[..len]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// By the bytes of the paths, which is the order of `LC_ALL=C sort`.
fn print_sorted(mut sums: Vec<Sum>) -> io::Result<()> {
    sums.sort_unstable_by(|(a, _), (b, _)| a.as_os_str().cmp(b.as_os_str()));
    sums.iter().try_for_each(|(path, sum)| print(path, sum))
}

/// Prints, and keeps out of the way of the progress bar if both are on the terminal.
fn print_above(bar: &ProgressBar, path: &Path, sum: &str) -> io::Result<()> {
    if io::stdout().is_terminal() {
        bar.suspend(|| print(path, sum))
    } else {
        print(path, sum)
    }
}

/// Prints a line as GNU `sha256sum` does: a backslash at its beginning says that the name has escapes.
fn print(path: &Path, sum: &str) -> io::Result<()> {
    let name = bytes(path);
    let escaped = escape(&name);
    let mark = if escaped.len() > name.len() { "\\" } else { "" };
    let line = [mark.as_bytes(), sum.as_bytes(), b"  ", &escaped, b"\n"].concat();
    io::stdout().write_all(&line)
}

/// Makes any name fit on one line.
fn escape(name: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(name.len());
    for &byte in name {
        match byte {
            b'\\' => escaped.extend(br"\\"),
            b'\n' => escaped.extend(br"\n"),
            b'\r' => escaped.extend(br"\r"),
            _ => escaped.push(byte),
        }
    }
    escaped
}

/// On Unix a name is any bytes but NUL, and is printed as such.
fn bytes(path: &Path) -> Cow<'_, [u8]> {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).into();
    #[cfg(not(unix))]
    return path.to_string_lossy().into_owned().into_bytes().into();
}

/// Says how it ended. The `stats` are those of the `join`, before the shutdown that follows it: if the
/// queue was shut down by then, that was Ctrl-C.
fn summary(walk: &Walk, stats: &Stats, hashed: usize) -> ExitCode {
    let (found, failed, abandoned) = (walk.files, stats.failed, stats.abandoned);
    if stats.is_shutdown {
        let left = found - hashed - failed;
        complain(format!(
            "interrupted: of {found} files found, {left} were left unhashed"
        ));
    }
    complain(format!(
        "hashed: {hashed}, failed: {failed}, abandoned: {abandoned}, errors in the walk: {}",
        walk.errors
    ));
    match failed + abandoned + walk.errors {
        _ if stats.is_shutdown => INTERRUPTED.into(),
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// The first Ctrl-C ends the walk, takes back what nobody has begun, and makes the workers give up what
/// they have. But they may be stuck, writing to a pipe that nobody reads: the second one does not
/// wait for them.
fn stop_on_ctrl_c(queue: Arc<Queue<PathBuf>>) -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(move || {
        if queue.is_shutdown() {
            process::exit(INTERRUPTED.into());
        }
        // Said first: once the queue is shut down, the program may end at any time.
        complain("stopping; press Ctrl-C again to leave at once");
        drop(queue.shutdown_now());
    })
}

/// Ends the run when a thread panics. Its file is counted as abandoned and holds nobody up; but with
/// the last worker gone, the walk would wait for room in the queue for ever.
struct StopOnPanic<'a>(&'a Queue<PathBuf>);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            drop(self.0.shutdown_now());
        }
    }
}

fn progress_bar() -> ProgressBar {
    if io::stderr().is_terminal() {
        ProgressBar::new(0)
    } else {
        ProgressBar::hidden()
    }
}

fn show(stats: &Stats, bar: &ProgressBar) {
    bar.set_length(stats.put as u64);
    bar.set_position(stats.done as u64);
}

fn complain_about(path: &Path, reason: &dyn Display) {
    let name = escape(&bytes(path));
    complain([&name[..], b": ", reason.to_string().as_bytes()].concat());
}

/// A line on stderr. If that is gone too, there is nobody left to tell.
fn complain(message: impl AsRef<[u8]>) {
    let line = [b"hash_tree: ", message.as_ref(), b"\n"].concat();
    let _ = io::stderr().write_all(&line);
}

fn parallelism() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

fn at_least_one(most: u64) -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=most)
}
