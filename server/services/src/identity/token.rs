//! Tokens: what a browser holds, of which only the hash is stored.

use crate::ServiceError;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use store::Secret;

/// 32 random bytes; whoever holds them is let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token(Secret);

impl Token {
    /// A new one.
    pub fn new() -> Result<Self, ServiceError> {
        Ok(Self(Secret::new(BASE64_URL_SAFE_NO_PAD.encode(random::<32>()?))))
    }

    /// A new one that begins with a mark, by which it is found where it should not be.
    pub fn marked(mark: &str) -> Result<Self, ServiceError> {
        Ok(Self(Secret::new(format!("{mark}{}", Self::new()?.reveal()))))
    }

    /// What somebody sent.
    pub fn sent(text: &str) -> Self {
        Self(Secret::new(text))
    }

    /// What the browser is told.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// What is stored.
    pub(crate) fn hash(&self) -> String {
        hash(self.reveal())
    }
}

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], ServiceError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| ServiceError::Randomness(error.to_string()))?;
    Ok(bytes)
}

/// SHA-256 in hexadecimal; enough for what is random itself.
pub(super) fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        // Writing to memory does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// By what a browser is known again: a token for each account that signed in there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device(Vec<Token>);

/// Accounts that one browser remembers.
const REMEMBERED: usize = 5;

impl Device {
    /// From a cookie's value.
    pub fn sent(text: &str) -> Self {
        let is_token = |part: &&str| {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            (1..=64).contains(&part.len()) && part.bytes().all(is_plain)
        };
        Self(text.split('.').filter(is_token).take(REMEMBERED).map(Token::sent).collect())
    }

    /// As a cookie's value.
    pub fn reveal(&self) -> String {
        self.0.iter().map(Token::reveal).collect::<Vec<_>>().join(".")
    }

    /// The tokens.
    pub(super) fn tokens(&self) -> &[Token] {
        &self.0
    }

    /// With one more, in the place of the oldest if there are many.
    pub(super) fn with(&self, token: Token) -> Self {
        let kept = self.0.len().min(REMEMBERED - 1);
        let kept = self.0[self.0.len() - kept..].iter().cloned();
        Self(kept.chain([token]).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_hidden() {
        let (one, other) = (Token::new().unwrap(), Token::new().unwrap());
        assert_eq!(one.reveal().len(), 43);
        assert_ne!(one, other);
        assert_eq!(one.hash().len(), 64);
        assert!(!format!("{one:?}").contains(one.reveal()));
    }

    #[test]
    fn a_browser_remembers_the_newest_accounts() {
        let mut device = Device::sent("");
        assert_eq!(device.reveal(), "");
        for name in ["a", "b", "c", "d", "e", "f"] {
            device = device.with(Token::sent(name));
        }
        assert_eq!(device.reveal(), "b.c.d.e.f");
        assert_eq!(Device::sent(&device.reveal()), device);
        assert_eq!(Device::sent("a.b c.<d>").reveal(), "a");
        assert_eq!(Device::sent("a..b.c.d.e.f").reveal(), "a.b.c.d.e");
    }
}
