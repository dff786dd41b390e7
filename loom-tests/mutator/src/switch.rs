//! The code around a place, and what it calls.

use std::borrow::Cow;

use crate::places::Kind;
use crate::sequential::Operator;

impl Kind {
    pub(crate) fn around(self, number: usize, choices: &[Cow<'_, str>]) -> (String, String) {
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
            Self::Body => (
                format!(" if {path}::is_on({number}) {{ return {} }}", choices[0]),
                String::new(),
            ),
            Self::Operator(Operator::Compare(name)) => (
                format!("{path}::compare({number}, {name:?}, &("),
                "))".into(),
            ),
            Self::Operator(Operator::Assign(name)) => (
                format!("{path}::assign({number}, {name:?}, &mut ("),
                ")".into(),
            ),
            Self::Operator(Operator::Arithmetic(name)) => (
                format!("{path}::arithmetic({number}, {name:?}, "),
                ")".into(),
            ),
            Self::Operator(Operator::Bits(name)) => {
                (format!("{path}::bits({number}, {name:?}, "), ")".into())
            }
            Self::Operator(Operator::Shift(name)) => {
                (format!("{path}::shift({number}, {name:?}, "), ")".into())
            }
            Self::Flip => (format!("{path}::flip({number}, "), ")".into()),
            Self::Arm => (String::new(), format!(" if !{path}::is_on({number})")),
        }
    }

    /// In the place of an operator.
    pub(crate) fn between(self) -> &'static str {
        match self {
            Self::Operator(Operator::Compare(_)) => "), &(",
            Self::Operator(Operator::Assign(_)) => "), ",
            _ => ", ",
        }
    }
}

/// Goes to the end of `src/sync/mod.rs`.
pub(crate) const MODULE: &str = r#"
#[allow(dead_code)]
pub(crate) mod mutant {
    extern crate std;

    use core::ops::{Add, AddAssign, BitAnd, BitOr, BitXor, Div, Mul, MulAssign, Not, Rem, Shl, Shr, Sub, SubAssign};

    use self::std::fs::File;
    use self::std::io::Write;
    use self::std::string::String;
    use self::std::sync::OnceLock;
    use self::std::sync::atomic::AtomicBool;
    use super::atomic::Ordering;

    /// What `MUTANT` says.
    fn chosen() -> &'static Option<(usize, String)> {
        static CHOSEN: OnceLock<Option<(usize, String)>> = OnceLock::new();
        CHOSEN.get_or_init(|| {
            let mutant = self::std::env::var("MUTANT").ok()?;
            let (number, choice) = mutant.split_once('=')?;
            Some((number.parse().ok()?, choice.into()))
        })
    }

    /// What `REACHED` names.
    fn file() -> &'static Option<File> {
        static FILE: OnceLock<Option<File>> = OnceLock::new();
        FILE.get_or_init(|| File::create(self::std::env::var_os("REACHED")?).ok())
    }

    /// Before `main`: there are tests that count what is allocated.
    #[used]
    #[unsafe(link_section = ".init_array")]
    static READ: extern "C" fn() = {
        extern "C" fn read() {
            (chosen(), file());
        }
        read
    };

    /// Writes it into the file, the first time.
    fn reached(number: usize) {
        static WRITTEN: [AtomicBool; 1 << 12] = [const { AtomicBool::new(false) }; 1 << 12];
        let Some(mut file) = file().as_ref() else { return };
        if !WRITTEN[number].swap(true, self::std::sync::atomic::Ordering::Relaxed) {
            self::std::writeln!(file, "{number}").unwrap();
        }
    }

    fn choice(number: usize) -> Option<&'static str> {
        reached(number);
        let (chosen, choice) = chosen().as_ref()?;
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

    pub(crate) fn flip<T: Not<Output = T>>(number: usize, value: T) -> T {
        if is_on(number) { !value } else { value }
    }

    pub(crate) fn compare<L: PartialOrd<R> + ?Sized, R: ?Sized>(number: usize, original: &str, left: &L, right: &R) -> bool {
        match choice(number).unwrap_or(original) {
            "==" => left == right,
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            _ => left >= right,
        }
    }

    pub(crate) fn arithmetic<T>(number: usize, original: &str, left: T, right: T) -> T
    where
        T: Add<Output = T> + Sub<Output = T> + Mul<Output = T> + Div<Output = T> + Rem<Output = T>,
    {
        match choice(number).unwrap_or(original) {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" => left / right,
            _ => left % right,
        }
    }

    pub(crate) fn bits<T>(number: usize, original: &str, left: T, right: T) -> T
    where
        T: BitAnd<Output = T> + BitOr<Output = T> + BitXor<Output = T>,
    {
        match choice(number).unwrap_or(original) {
            "&" => left & right,
            "|" => left | right,
            _ => left ^ right,
        }
    }

    pub(crate) fn shift<T: Shl<U, Output = T> + Shr<U, Output = T>, U>(number: usize, original: &str, left: T, right: U) -> T {
        if choice(number).unwrap_or(original) == "<<" { left << right } else { left >> right }
    }

    pub(crate) fn assign<T: AddAssign + SubAssign + MulAssign>(number: usize, original: &str, left: &mut T, right: T) {
        match choice(number).unwrap_or(original) {
            "+=" => *left += right,
            "-=" => *left -= right,
            _ => *left *= right,
        }
    }
}
"#;
