//! What cargo-mutants changes in sequential code: values that functions return, and operators.

use syn::{BinOp, Expr, GenericArgument, PathArguments, ReturnType, Type};

/// Which, and the function of the switch that stands for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Arithmetic(&'static str),
    Assign(&'static str),
    Bits(&'static str),
    Compare(&'static str),
    Shift(&'static str),
}

/// And the others that it could be.
pub(crate) fn operator(op: &BinOp) -> Option<(Operator, &'static [&'static str])> {
    use Operator::{Arithmetic, Assign, Bits, Compare, Shift};
    Some(match op {
        BinOp::Lt(_) => (Compare("<"), &["==", ">", "<="]),
        BinOp::Gt(_) => (Compare(">"), &["==", "<", ">="]),
        BinOp::Le(_) => (Compare("<="), &["==", ">", "<"]),
        BinOp::Ge(_) => (Compare(">="), &["==", "<", ">"]),
        BinOp::Add(_) => (Arithmetic("+"), &["-", "*"]),
        BinOp::Sub(_) => (Arithmetic("-"), &["+", "/"]),
        BinOp::Mul(_) => (Arithmetic("*"), &["+", "/"]),
        BinOp::Div(_) => (Arithmetic("/"), &["%", "*"]),
        BinOp::Rem(_) => (Arithmetic("%"), &["/", "+"]),
        BinOp::BitAnd(_) => (Bits("&"), &["|", "^"]),
        BinOp::BitOr(_) => (Bits("|"), &["&", "^"]),
        BinOp::BitXor(_) => (Bits("^"), &["|", "&"]),
        BinOp::Shl(_) => (Shift("<<"), &[">>"]),
        BinOp::Shr(_) => (Shift(">>"), &["<<"]),
        BinOp::AddAssign(_) => (Assign("+="), &["-=", "*="]),
        BinOp::SubAssign(_) => (Assign("-="), &["+=", "*="]),
        BinOp::MulAssign(_) => (Assign("*="), &["+=", "-="]),
        _ => return None,
    })
}

/// Whether the compiler may need its value.
pub(crate) fn is_constant(binary: &syn::ExprBinary) -> bool {
    matches!(
        (&*binary.left, &*binary.right),
        (Expr::Lit(_), Expr::Lit(_))
    )
}

/// The values that a function can return whatever it is called with, as far as its type tells.
pub(crate) fn values(output: &ReturnType) -> Vec<String> {
    match output {
        ReturnType::Default => vec!["()".into()],
        ReturnType::Type(_, of) => values_of(of),
    }
}

fn values_of(of: &Type) -> Vec<String> {
    let all = |names: &[&str]| names.iter().map(|&name| name.into()).collect();
    match of {
        Type::Paren(inner) => values_of(&inner.elem),
        Type::Tuple(tuple) => {
            let parts: Option<Vec<String>> = tuple
                .elems
                .iter()
                .map(|part| values_of(part).into_iter().next())
                .collect();
            parts
                .map(|parts| format!("({})", parts.join(", ")))
                .into_iter()
                .collect()
        }
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else {
                return Vec::new();
            };
            let inside = || match &last.arguments {
                PathArguments::AngleBracketed(list) => match list.args.first() {
                    Some(GenericArgument::Type(inner)) => values_of(inner),
                    _ => Vec::new(),
                },
                // `fmt::Result`
                _ => vec!["()".into()],
            };
            let within = |name: &str| {
                inside()
                    .iter()
                    .map(|value| format!("{name}({value})"))
                    .collect()
            };
            match &*last.ident.to_string() {
                "bool" => all(&["true", "false"]),
                "usize" | "u8" | "u16" | "u32" | "u64" | "isize" | "i32" | "i64" => {
                    all(&["0", "1"])
                }
                "Ordering" => ["Less", "Equal", "Greater"]
                    .map(|name| format!("::core::cmp::Ordering::{name}"))
                    .into(),
                "Option" => [all(&["None"]), within("Some")].concat(),
                "Poll" => [
                    all(&["::core::task::Poll::Pending"]),
                    within("::core::task::Poll::Ready"),
                ]
                .concat(),
                "Result" => within("Ok"),
                _ => all(&["Default::default()"]),
            }
        }
        _ => Vec::new(),
    }
}

/// A type, without what it is made of.
pub(crate) fn name_of(of: &Type) -> String {
    match of {
        Type::Path(path) => match path.path.segments.last() {
            Some(last) => last.ident.to_string(),
            None => String::new(),
        },
        Type::Reference(inner) => format!("&{}", name_of(&inner.elem)),
        _ => String::new(),
    }
}
