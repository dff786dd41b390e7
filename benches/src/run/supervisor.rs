//! The watching process: starts a measuring process for a case, reads its events, and ends it when a
//! contestant exceeds its time. Then the case starts again without that contestant: what is compared was
//! measured in one process.

use std::env;
use std::io::{self, BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::event::Event;
use super::turns::Budget;
use crate::cases::Case;
use crate::workloads::Figures;

/// What became of a case.
pub struct CaseResult {
    /// As in [`Case`].
    pub group: String,
    /// As in [`Case`].
    pub name: String,
    /// As in [`Case`].
    pub metrics: &'static [&'static str],
    /// Those who took part; joinable-queue first, if it did.
    pub peers: Vec<PeerResult>,
}

/// What became of a contestant.
pub struct PeerResult {
    /// The peer's name.
    pub name: String,
    /// Its figures, or why there are none.
    pub outcome: Outcome,
}

/// Figures, or none.
pub enum Outcome {
    /// One for each round.
    Rounds(Vec<Figures>),
    /// What is to be reported instead.
    Fault(String),
}

/// How a measuring process ended.
enum End {
    Complete,
    /// Without the contestant it would go on.
    Stopped(usize, String),
}

/// Runs the case, as often as it takes until all who are left come through.
///
/// # Errors
///
/// If processes cannot be started.
pub fn supervise(case: &Case, budget: Budget) -> io::Result<CaseResult> {
    let mut stopped: Vec<(usize, String)> = Vec::new();
    loop {
        let mut outcomes: Vec<Option<Outcome>> = Vec::new();
        outcomes.resize_with(case.contestants.len(), || None);
        let without: Vec<usize> = stopped.iter().map(|(place, _)| *place).collect();
        match watch(case, budget, &without, &mut outcomes)? {
            End::Stopped(place, why) => stopped.push((place, why)),
            End::Complete => {
                for (place, why) in stopped {
                    outcomes[place] = Some(Outcome::Fault(why));
                }
                return Ok(gather(case, outcomes));
            }
        }
    }
}

fn gather(case: &Case, outcomes: Vec<Option<Outcome>>) -> CaseResult {
    let peers = case.contestants.iter().zip(outcomes);
    let peers = peers.filter_map(|(contestant, outcome)| {
        let name = contestant.name.clone();
        outcome.map(|outcome| PeerResult { name, outcome })
    });
    CaseResult {
        group: case.group.clone(),
        name: case.name.clone(),
        metrics: case.metrics,
        peers: peers.collect(),
    }
}

fn watch(
    case: &Case,
    budget: Budget,
    without: &[usize],
    outcomes: &mut [Option<Outcome>],
) -> io::Result<End> {
    let mut process = start(case, budget, without)?;
    let out = process.stdout.take().expect("it is piped");
    let events = events_of(out);
    let end = follow(&events, budget.limit, outcomes);
    let end = match end {
        Ok(last) => ended(&mut process, last)?,
        Err(place) => {
            process.kill()?;
            process.wait()?;
            let seconds = budget.limit.as_secs();
            let why = format!("no end within {seconds} s: hung, lost an item, or is that slow");
            End::Stopped(place, why)
        }
    };
    Ok(end)
}

fn start(case: &Case, budget: Budget, without: &[usize]) -> io::Result<Child> {
    let mut command = Command::new(env::current_exe()?);
    command
        .arg("turns")
        .arg(case.full_name())
        .arg(budget.rounds.to_string())
        .arg(budget.turn.as_millis().to_string());
    for place in without {
        command.arg(place.to_string());
    }
    command.stdout(Stdio::piped()).spawn()
}

fn events_of(out: ChildStdout) -> Receiver<Event> {
    let (tell, events) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            // Nobody listens any more once the case is over.
            let _ = Event::parse(&line).map(|event| tell.send(event));
        }
    });
    events
}

/// Files the events until the process closes its output, and says whose turn it was then; or, as an error,
/// who exceeded the limit.
fn follow(
    events: &Receiver<Event>,
    limit: Duration,
    outcomes: &mut [Option<Outcome>],
) -> Result<usize, usize> {
    let mut turn = 0;
    loop {
        match events.recv_timeout(limit) {
            Ok(Event::Begin(place)) => turn = place,
            Ok(Event::Absent(_)) => {}
            Ok(Event::Wrong(place, text)) => outcomes[place] = Some(Outcome::Fault(text)),
            Ok(Event::Figures(place, figures)) => match &mut outcomes[place] {
                Some(Outcome::Rounds(rounds)) => rounds.push(figures),
                none => *none = Some(Outcome::Rounds(vec![figures])),
            },
            Err(RecvTimeoutError::Disconnected) => return Ok(turn),
            Err(RecvTimeoutError::Timeout) => return Err(turn),
        }
    }
}

/// The process has closed its output: the end, or the end of it.
fn ended(process: &mut Child, last: usize) -> io::Result<End> {
    let status = process.wait()?;
    Ok(if status.success() {
        End::Complete
    } else {
        End::Stopped(last, format!("ended the process ({status})"))
    })
}
