//! Where a small bug can be, found by the grammar, whatever the text is.

use std::mem::discriminant;
use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, Expr, ExprMethodCall, Signature, Stmt};

/// What can be wrong with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An atomic access is ordered less.
    Ordering,
    /// A call or an assignment is left out.
    Statement,
    /// Who is to be woken is forgotten.
    HandOn,
    /// A condition, or a part of one, is taken for true or for false, and not looked at.
    Condition,
}

pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) choices: Vec<&'static str>,
    pub(crate) key: String,
    pub(crate) bytes: Range<usize>,
    /// The first and the last.
    pub(crate) lines: (usize, usize),
}

/// The methods that return the waker of somebody else.
const HAND_ONS: [&str; 9] = [
    "next_getter",
    "next_putter",
    "next_released",
    "notify",
    "notify_one",
    "offer_item",
    "offer_room",
    "release_joiners",
    "take_waker",
];

/// Without one of these, a thread that waits for another keeps loom from letting that one go on.
const PAUSES: [&str; 4] = ["snooze", "spin", "spin_hint", "yield_thread"];

/// Outer ones come before those inside of them.
pub(crate) fn places(source: &str) -> Vec<Place> {
    let mut finder = Finder {
        source,
        function: String::new(),
        places: Vec::new(),
    };
    finder.visit_file(&syn::parse_file(source).unwrap());
    finder.places
}

struct Finder<'a> {
    source: &'a str,
    function: String,
    places: Vec<Place>,
}

impl Finder<'_> {
    fn add(&mut self, kind: Kind, span: Span, shown: Span, choices: &[&'static str]) {
        let text = &self.source[shown.byte_range()];
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.places.push(Place {
            kind,
            choices: choices.to_vec(),
            key: format!("{}: {text}", self.function),
            bytes: span.byte_range(),
            lines: (span.start().line, span.end().line),
        });
    }

    fn condition(&mut self, expr: &Expr, choices: &[&'static str]) {
        let choices = match expr {
            Expr::Let(_) | Expr::Lit(_) => return,
            // The other choice is that of an operand.
            Expr::Binary(binary) => match binary.op {
                BinOp::And(_) if has_let(expr) => return,
                BinOp::And(_) => &["false"],
                BinOp::Or(_) => &["true"],
                _ => choices,
            },
            _ => choices,
        };
        self.add(Kind::Condition, expr.span(), expr.span(), choices);
    }

    fn in_function(
        &mut self,
        signature: &Signature,
        attributes: &[Attribute],
        visit: impl FnOnce(&mut Self),
    ) {
        if signature.constness.is_some() || is_for_tests(attributes) {
            return;
        }
        let outer = std::mem::replace(&mut self.function, signature.ident.to_string());
        visit(self);
        self.function = outer;
    }
}

fn has_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    let is_test = |attribute: &Attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    };
    attributes.iter().any(is_test)
}

/// The last name of `Ordering::Name`.
fn ordering(expr: &Expr) -> Option<String> {
    let Expr::Path(path) = expr else { return None };
    let names: Vec<String> = path
        .path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    match &names[..] {
        [.., of, name] if of == "Ordering" => Some(name.clone()),
        _ => None,
    }
}

/// Every weaker one that the access can have. `at`: as which of its orderings; the second of a compare-and-swap is
/// that of a load.
fn weaker(name: &str, method: &str, at: usize) -> &'static [&'static str] {
    match (name, method, at) {
        ("Acquire" | "Release", ..) => &["Relaxed"],
        ("SeqCst", "load", _) | ("SeqCst", _, 1) => &["Acquire", "Relaxed"],
        ("SeqCst", "store", _) => &["Release", "Relaxed"],
        ("SeqCst", ..) => &["AcqRel", "Acquire", "Release"],
        ("AcqRel", ..) => &["Acquire", "Release"],
        _ => &[],
    }
}

/// The name of what is called, if it is a call.
fn called(expr: &Expr) -> Option<String> {
    match expr {
        Expr::MethodCall(call) => Some(call.method.to_string()),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
            _ => Some(String::new()),
        },
        Expr::Unsafe(block) => match &block.block.stmts[..] {
            [Stmt::Expr(expr, _)] => called(expr),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the statement does something that can be left out.
fn is_removable(expr: &Expr) -> bool {
    match expr {
        Expr::Assign(_) => true,
        Expr::Binary(binary) => matches!(
            binary.op,
            BinOp::AddAssign(_)
                | BinOp::SubAssign(_)
                | BinOp::BitOrAssign(_)
                | BinOp::BitAndAssign(_)
        ),
        _ => called(expr).is_some_and(|name| !PAUSES.contains(&&*name)),
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_for_tests(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.in_function(&function.sig, &function.attrs, |this| {
            visit::visit_item_fn(this, function);
        });
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.in_function(&function.sig, &function.attrs, |this| {
            visit::visit_impl_item_fn(this, function);
        });
    }

    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}

    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        if let Stmt::Expr(expr, Some(_)) = statement {
            if is_removable(expr) {
                self.add(
                    Kind::Statement,
                    statement.span(),
                    expr.span(),
                    &["left out"],
                );
                // Its value is not used: forgetting it is the same.
                if let Expr::MethodCall(call) = expr {
                    self.inside_call(call);
                    return;
                }
            }
        }
        visit::visit_stmt(self, statement);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let name = call.method.to_string();
        if HAND_ONS.contains(&&*name) {
            self.add(Kind::HandOn, call.span(), call.span(), &["None"]);
        }
        self.inside_call(call);
    }

    fn visit_expr_if(&mut self, expr: &'ast syn::ExprIf) {
        self.condition(&expr.cond, &["true", "false"]);
        visit::visit_expr_if(self, expr);
    }

    fn visit_expr_while(&mut self, expr: &'ast syn::ExprWhile) {
        self.condition(&expr.cond, &["false"]);
        visit::visit_expr_while(self, expr);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if let Some((_, guard)) = &arm.guard {
            self.condition(guard, &["true", "false"]);
        }
        visit::visit_arm(self, arm);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        let forced: Option<&'static str> = match binary.op {
            BinOp::And(_) => Some("true"),
            BinOp::Or(_) => Some("false"),
            _ => None,
        };
        if let Some(forced) = forced {
            for operand in [&*binary.left, &*binary.right] {
                let is_chain = match operand {
                    Expr::Binary(inner) => discriminant(&inner.op) == discriminant(&binary.op),
                    _ => false,
                };
                if !is_chain && !matches!(operand, Expr::Let(_)) {
                    self.add(Kind::Condition, operand.span(), operand.span(), &[forced]);
                }
            }
        }
        visit::visit_expr_binary(self, binary);
    }
}

impl Finder<'_> {
    /// What is in a call, without the call itself.
    fn inside_call(&mut self, call: &ExprMethodCall) {
        let method = call.method.to_string();
        let orderings = call
            .args
            .iter()
            .filter_map(|arg| Some((arg, ordering(arg)?)));
        for (at, (arg, name)) in orderings.enumerate() {
            let choices = weaker(&name, &method, at);
            if !choices.is_empty() {
                self.add(Kind::Ordering, arg.span(), call.span(), choices);
            }
        }
        if method == "filter" {
            if let Some(Expr::Closure(closure)) = call.args.first() {
                self.condition(&closure.body, &["true", "false"]);
            }
        }
        visit::visit_expr_method_call(self, call);
    }
}
