//! What a rule says, before it is put into the reader's language.

use crate::{Date, Fen};

/// A key of the locale files with its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The key.
    pub key: &'static str,
    /// Named arguments.
    pub args: Vec<(&'static str, Arg)>,
}

/// An argument; the locale decides how it is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// A whole number, which may choose a plural form.
    Count(i64),
    /// A number with at most two decimals.
    Number(f64),
    /// A fraction shown in per cent.
    Percent(f64),
    /// Money.
    Money(Fen),
    /// A day.
    Date(Date),
    /// Words that are not translated, such as a name.
    Text(String),
    /// Words that are.
    Term(Message),
    /// Names in a row.
    List(Vec<String>),
    /// Words that are translated, in a row.
    Terms(Vec<Message>),
}

impl Message {
    /// A message without arguments.
    pub const fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, arg: impl Into<Arg>) -> Self {
        self.args.push((name, arg.into()));
        self
    }
}

macro_rules! from {
    ($($type:ty => |$value:ident| $arg:expr,)+) => {$(
        impl From<$type> for Arg { fn from($value: $type) -> Self { $arg } }
    )+};
}
from! {
    i64 => |value| Self::Count(value),
    u32 => |value| Self::Count(i64::from(value)),
    u64 => |value| Self::Count(i64::try_from(value).unwrap_or(i64::MAX)),
    usize => |value| Self::Count(i64::try_from(value).unwrap_or(i64::MAX)),
    f64 => |value| Self::Number(value),
    Fen => |value| Self::Money(value),
    Date => |value| Self::Date(value),
    String => |value| Self::Text(value),
    &str => |value| Self::Text(value.to_owned()),
    Message => |value| Self::Term(value),
    Vec<String> => |value| Self::List(value),
}
