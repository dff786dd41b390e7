//! Where a small bug can be, found by the grammar, whatever the text is.

use std::borrow::Cow;
use std::mem::discriminant;
use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, Block, Expr, ExprMethodCall, Pat, Signature, Stmt};

use crate::sequential::{Operator, is_constant, name_of, operator, values};

/// Which bugs to look for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Where threads meet.
    Concurrent,
    /// In what one thread does: no orderings, but values and operators; a superset of what cargo-mutants does.
    Sequential,
}

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
    /// A function returns a value of its type at once.
    Body,
    /// An operator is another one.
    Operator(Operator),
    /// What is true is false: a `!`, `==` or `!=`.
    Flip,
    /// An arm of a `match` is left to the wildcard.
    Arm,
}

pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) choices: Vec<Cow<'static, str>>,
    pub(crate) key: String,
    pub(crate) bytes: Range<usize>,
    /// The operator, if it is that.
    pub(crate) middle: Option<Range<usize>>,
    /// The first and the last.
    pub(crate) lines: (usize, usize),
}

pub(crate) struct Found {
    pub(crate) places: Vec<Place>,
    /// How many more are in a `const fn`, where no choice can be made at run time.
    pub(crate) constant: usize,
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
pub(crate) fn places(source: &str, rules: Rules) -> Found {
    let mut finder = Finder {
        source,
        rules,
        owner: String::new(),
        function: String::new(),
        places: Vec::new(),
        is_const: false,
        constant: 0,
    };
    finder.visit_file(&syn::parse_file(source).unwrap());
    Found {
        places: finder.places,
        constant: finder.constant,
    }
}

struct Finder<'a> {
    source: &'a str,
    rules: Rules,
    /// What the functions are methods of.
    owner: String,
    function: String,
    places: Vec<Place>,
    is_const: bool,
    constant: usize,
}

impl Finder<'_> {
    fn add(&mut self, kind: Kind, span: Span, shown: Span, choices: &[&'static str]) {
        let text = self.source[shown.byte_range()].to_owned();
        let choices = choices.iter().map(|&choice| choice.into()).collect();
        self.add_place(kind, span, span.byte_range(), &text, choices);
    }

    fn add_place(
        &mut self,
        kind: Kind,
        span: Span,
        bytes: Range<usize>,
        text: &str,
        choices: Vec<Cow<'static, str>>,
    ) {
        if self.is_const {
            self.constant += choices.len();
            return;
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.places.push(Place {
            kind,
            choices,
            key: format!("{}: {text}", self.function),
            bytes,
            middle: None,
            lines: (span.start().line, span.end().line),
        });
    }

    /// Each value is a place of its own, so that one that does not compile takes no other with it.
    fn body(&mut self, signature: &Signature, block: &Block) {
        let inside = self.source[block.span().byte_range()].to_owned();
        let inside = inside.trim_matches(['{', '}', ' ', '\n']);
        if let [Stmt::Expr(Expr::Const(_), _)] = &block.stmts[..] {
            return;
        }
        let open = block.brace_token.span.open();
        for value in values(&signature.output) {
            if inside != value && !(inside.is_empty() && value == "()") {
                let at = open.byte_range().end;
                self.add_place(Kind::Body, open, at..at, "body", vec![value.into()]);
            }
        }
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
        block: &Block,
        visit: impl FnOnce(&mut Self),
    ) {
        if is_for_tests(attributes) {
            return;
        }
        let name = match &*self.owner {
            "" => signature.ident.to_string(),
            owner => format!("{owner}::{}", signature.ident),
        };
        let outer = std::mem::replace(&mut self.function, name);
        let was_const = self.is_const;
        self.is_const |= signature.constness.is_some();
        if self.rules == Rules::Sequential {
            self.body(signature, block);
        }
        visit(self);
        self.is_const = was_const;
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
        syn::Meta::List(list) => {
            let when = list.tokens.to_string();
            list.path.is_ident("cfg") && (when == "test" || when.starts_with("all (test ,"))
        }
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

/// Whether it asks for a bug that was put in by hand, which is not to be changed itself.
fn is_by_hand(condition: &Expr) -> bool {
    matches!(condition, Expr::Call(_)) && called(condition).is_some_and(|name| name == "is_on")
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
        self.in_function(&function.sig, &function.attrs, &function.block, |this| {
            visit::visit_item_fn(this, function);
        });
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.in_function(&function.sig, &function.attrs, &function.block, |this| {
            visit::visit_impl_item_fn(this, function);
        });
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.in_function(&function.sig, &function.attrs, block, |this| {
                visit::visit_block(this, block);
            });
        }
    }

    fn visit_item_impl(&mut self, block: &'ast syn::ItemImpl) {
        if self.rules == Rules::Sequential {
            self.owner = match &block.trait_ {
                None => name_of(&block.self_ty),
                Some((_, path, _)) => {
                    let name = path.segments.last().map(|last| last.ident.to_string());
                    format!(
                        "{} as {}",
                        name_of(&block.self_ty),
                        name.unwrap_or_default()
                    )
                }
            };
        }
        visit::visit_item_impl(self, block);
        self.owner = String::new();
    }

    // What is known at compile time.

    fn visit_type(&mut self, _: &'ast syn::Type) {}

    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}

    fn visit_expr_repeat(&mut self, array: &'ast syn::ExprRepeat) {
        self.visit_expr(&array.expr);
    }

    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}

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
        if is_by_hand(&expr.cond) {
            if let Some((_, otherwise)) = &expr.else_branch {
                self.visit_expr(otherwise);
            }
            return;
        }
        self.condition(&expr.cond, &["true", "false"]);
        visit::visit_expr_if(self, expr);
    }

    fn visit_expr_while(&mut self, expr: &'ast syn::ExprWhile) {
        self.condition(&expr.cond, &["false"]);
        visit::visit_expr_while(self, expr);
    }

    fn visit_expr_match(&mut self, expr: &'ast syn::ExprMatch) {
        let is_wild = |arm: &syn::Arm| matches!(arm.pat, Pat::Wild(_)) && arm.guard.is_none();
        if self.rules == Rules::Sequential && expr.arms.iter().any(is_wild) {
            for arm in &expr.arms {
                // A guard is a condition, and taken for false elsewhere.
                if arm.guard.is_none() && !is_wild(arm) {
                    self.add(Kind::Arm, arm.pat.span(), arm.pat.span(), &["left out"]);
                }
            }
        }
        visit::visit_expr_match(self, expr);
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        if self.rules == Rules::Sequential && matches!(unary.op, syn::UnOp::Not(_)) {
            self.add(Kind::Flip, unary.span(), unary.span(), &["without !"]);
        }
        visit::visit_expr_unary(self, unary);
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
        self.other_operator(binary);
        visit::visit_expr_binary(self, binary);
    }
}

impl Finder<'_> {
    /// `&&` and `||` are not among these: an operand taken for true or false is harder to see than one for
    /// the other.
    fn other_operator(&mut self, binary: &syn::ExprBinary) {
        if self.rules != Rules::Sequential || is_constant(binary) {
            return;
        }
        let span = binary.span();
        match binary.op {
            BinOp::Eq(_) => self.add(Kind::Flip, span, span, &["!="]),
            BinOp::Ne(_) => self.add(Kind::Flip, span, span, &["=="]),
            op => {
                if let Some((operator, others)) = operator(&op) {
                    let before = self.places.len();
                    self.add(Kind::Operator(operator), span, span, others);
                    for place in &mut self.places[before..] {
                        place.middle = Some(op.span().byte_range());
                    }
                }
            }
        }
    }

    /// What is in a call, without the call itself.
    fn inside_call(&mut self, call: &ExprMethodCall) {
        let method = call.method.to_string();
        let orderings = call
            .args
            .iter()
            .filter_map(|arg| Some((arg, ordering(arg)?)));
        for (at, (arg, name)) in orderings.enumerate() {
            let choices = weaker(&name, &method, at);
            if !choices.is_empty() && self.rules == Rules::Concurrent {
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
