//! Makes the tables.

use std::io;
use std::marker::PhantomData;

use super::callgrind::Counter;
use super::footprint::{Footprint, METRICS};
use super::heap;
use super::table::{Row, Table};
use crate::peer::Capacity::{self, Bounded, Unbounded};
use crate::peers::roster::{self, Contestant};
use crate::report::REFERENCE;
use crate::workloads::Fault;
use crate::workloads::pair::Pair;

/// Operations of the shorter run: more than a queue holds, so that it has gone round.
const FEW: u64 = 2_048;

/// Operations of the longer run beyond those: whole segments of 31, 32, 62 and 64 slots.
const MORE: u64 = 31 * 32 * 32;

const OPERATIONS: [Capacity; 2] = [Bounded(1024), Unbounded];
const FOOTPRINTS: [Capacity; 3] = [Bounded(16), Bounded(1024), Unbounded];

/// Whose figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's.
    All,
    /// joinable-queue's alone: quicker, and the peers' do not change by themselves.
    Own,
}

impl Scope {
    fn takes(self, name: &str) -> bool {
        self == Self::All || name == REFERENCE
    }
}

/// One of the tables of operations.
#[derive(Clone, Copy)]
enum Kind {
    Plain,
    Completion,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Plain, Self::Completion];

    fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Completion => "completion",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Plain => "Per put and get",
            Self::Completion => "Per put, get and done",
        }
    }

    fn contestants(self, capacity: Capacity) -> Vec<Contestant> {
        let item = PhantomData::<u64>;
        match self {
            Self::Plain => roster::polling(Pair { capacity, item }),
            Self::Completion => roster::counting(Pair { capacity, item }),
        }
    }
}

/// All tables.
///
/// # Errors
///
/// If callgrind or objdump cannot be run, or fail.
pub fn tables(scope: Scope) -> io::Result<Vec<Table>> {
    heap::start();
    let mut counter = Counter::default();
    let mut tables = Vec::new();
    for kind in Kind::ALL {
        tables.push(operations(&mut counter, kind, scope)?);
    }
    tables.push(footprints(scope));
    Ok(tables)
}

/// What runs under callgrind: `arguments` are those that [`tables`] starts this program with.
///
/// # Errors
///
/// If the arguments are not of that form.
pub fn operate(arguments: &[String]) -> Result<(), String> {
    let [kind, capacity, place, items] = arguments else {
        return Err("not arguments of this program's own making".into());
    };
    let kind = Kind::ALL.into_iter().find(|k| k.word() == kind);
    let capacity = OPERATIONS.into_iter().find(|c| c.to_string() == *capacity);
    let contestants = kind.zip(capacity).map(|(kind, c)| kind.contestants(c));
    let contestants = contestants.ok_or("no such operation")?;
    let number = |text: &String| text.parse::<u64>().map_err(|error| error.to_string());
    let contestant = contestants.get(number(place)? as usize);
    let contestant = contestant.ok_or("no such contestant")?;
    match (contestant.run)(number(items)?) {
        Ok(_) => Ok(()),
        Err(fault) => Err(format!("{}: {fault:?}", contestant.name)),
    }
}

fn operations(counter: &mut Counter, kind: Kind, scope: Scope) -> io::Result<Table> {
    let mut table = Table::new(kind.title());
    for capacity in OPERATIONS {
        for (place, contestant) in kind.contestants(capacity).iter().enumerate() {
            // A short run in this process: whether the peer takes part, and what it allocates.
            let Some(few) = allocations(contestant, FEW).filter(|_| scope.takes(&contestant.name))
            else {
                continue;
            };
            eprintln!("{}, {}, {capacity}", kind.title(), contestant.name);
            let many = allocations(contestant, FEW + MORE).unwrap_or(few);
            let arguments = [
                "operate",
                kind.word(),
                &capacity.to_string(),
                &place.to_string(),
            ];
            let count = counter.count(&arguments, FEW, FEW + MORE)?;
            table.set(
                &contestant.name,
                &format!("instructions, {capacity}"),
                count.all.round(),
            );
            table.set(
                &contestant.name,
                &format!("locked, {capacity}"),
                count.locked.round(),
            );
            let each = (many - few) as f64 / MORE as f64;
            table.set(
                &contestant.name,
                &format!("allocations, {capacity}"),
                hundredths(each),
            );
        }
    }
    let first = |row: &Row| row.values.iter().flatten().next().copied();
    table.sort_by(|row| first(row).unwrap_or(f64::INFINITY));
    Ok(table)
}

/// `None` if the peer has no such queue.
fn allocations(contestant: &Contestant, items: u64) -> Option<usize> {
    let before = heap::snapshot();
    match (contestant.run)(items) {
        Ok(_) => Some(heap::snapshot().since(before).allocations),
        Err(Fault::Absent) => None,
        Err(Fault::Wrong(text)) => panic!("{}: {text}", contestant.name),
    }
}

fn footprints(scope: Scope) -> Table {
    let [queue, others @ ..] = METRICS;
    let queue_column = |capacity: Capacity| format!("{queue}, {capacity}");
    let columns = FOOTPRINTS.map(queue_column).into_iter();
    let columns = columns.chain(others.map(str::to_owned)).collect();
    let mut table = Table::new("Bytes").with_columns(columns);
    for capacity in FOOTPRINTS {
        for contestant in roster::waiting(Footprint { capacity }) {
            let Ok(figures) = (contestant.run)(0) else {
                continue;
            };
            if !scope.takes(&contestant.name) {
                continue;
            }
            // The queue depends on its capacity, what waits for it does not.
            let columns = [queue_column(capacity)].into_iter();
            let columns = columns.chain(others.map(str::to_owned));
            for (column, figure) in columns.zip(figures) {
                if !figure.is_nan() {
                    table.set(&contestant.name, &column, figure);
                }
            }
        }
    }
    table
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
