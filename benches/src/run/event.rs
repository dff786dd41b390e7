//! What the measuring process tells the watching one: a line for each event, on its standard output.

use std::fmt;

use crate::workloads::Figures;

/// Contestants go by their place in the case.
#[derive(Debug, PartialEq)]
pub(super) enum Event {
    /// The contestant's turn begins: what hangs from here on is its doing.
    Begin(usize),
    /// A turn went well.
    Figures(usize, Figures),
    /// The contestant has no such queue.
    Absent(usize),
    /// The contestant failed the workload's checks.
    Wrong(usize, String),
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begin(who) => write!(f, "begin {who}"),
            Self::Figures(who, figures) => {
                write!(f, "figures {who}")?;
                figures.iter().try_for_each(|figure| write!(f, " {figure}"))
            }
            Self::Absent(who) => write!(f, "absent {who}"),
            Self::Wrong(who, text) => write!(f, "wrong {who} {text}"),
        }
    }
}

impl Event {
    /// `None` for a line that is no event.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut words = line.splitn(3, ' ');
        let kind = words.next()?;
        let who = words.next()?.parse().ok()?;
        let rest = words.next().unwrap_or_default();
        match kind {
            "begin" => Some(Self::Begin(who)),
            "figures" => {
                let figures: Result<Figures, _> = rest.split(' ').map(str::parse).collect();
                Some(Self::Figures(who, figures.ok()?))
            }
            "absent" => Some(Self::Absent(who)),
            "wrong" => Some(Self::Wrong(who, rest.to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Event;

    #[test]
    fn what_is_written_is_read() {
        for event in [
            Event::Begin(3),
            Event::Figures(0, vec![1.5, 1e-9, 7e12]),
            Event::Absent(12),
            Event::Wrong(1, "two words, and more".into()),
        ] {
            assert_eq!(Event::parse(&event.to_string()), Some(event));
        }
    }

    #[test]
    fn other_lines_are_no_events() {
        for line in ["", "begin", "figures 1 x", "hello 1"] {
            assert_eq!(Event::parse(line), None, "{line}");
        }
    }
}
