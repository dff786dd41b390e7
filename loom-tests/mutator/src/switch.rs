//! The code around a place, and what it calls.

use crate::places::Kind;

impl Kind {
    pub(crate) fn around(self, number: usize) -> (String, String) {
        let path = "crate::sync::mutant";
        match self {
            Self::Ordering => (format!("{path}::order({number}, "), ")".into()),
            Self::Statement => (format!("if !{path}::is_on({number}) {{ "), " }".into()),
            Self::HandOn => (
                format!("(if {path}::is_on({number}) {{ Default::default() }} else {{ "),
                " })".into(),
            ),
            Self::Condition => (
                format!("(match {path}::forced({number}) {{ Some(forced) => forced, None => "),
                " })".into(),
            ),
        }
    }
}

/// Goes to the end of `src/sync/mod.rs`.
pub(crate) const MODULE: &str = r#"
#[allow(dead_code)]
pub(crate) mod mutant {
    extern crate std;

    use self::std::string::String;
    use self::std::sync::OnceLock;
    use super::atomic::Ordering;

    fn choice(number: usize) -> Option<&'static str> {
        static CHOSEN: OnceLock<Option<(usize, String)>> = OnceLock::new();
        let chosen = CHOSEN.get_or_init(|| {
            let mutant = self::std::env::var("MUTANT").ok()?;
            let (number, choice) = mutant.split_once('=')?;
            Some((number.parse().ok()?, choice.into()))
        });
        let (chosen, choice) = chosen.as_ref()?;
        (*chosen == number).then_some(choice.as_str())
    }

    pub(crate) fn is_on(number: usize) -> bool {
        choice(number).is_some()
    }

    pub(crate) fn forced(number: usize) -> Option<bool> {
        Some(choice(number)? == "true")
    }

    pub(crate) fn order(number: usize, order: Ordering) -> Ordering {
        match choice(number) {
            None => order,
            Some("AcqRel") => Ordering::AcqRel,
            Some("Acquire") => Ordering::Acquire,
            Some("Release") => Ordering::Release,
            Some(_) => Ordering::Relaxed,
        }
    }
}
"#;
