//! Passwords: how strong one must be, and Argon2id, which is slow on purpose and so never runs more than twice at once.

use super::Password;
use crate::ServiceError;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::Message;
use std::sync::LazyLock;
use store::Secret;
use tokio::sync::Semaphore;
use zxcvbn::Score;
use zxcvbn::feedback::{Suggestion, Warning};

/// The shortest password, in characters.
pub const SHORTEST: usize = 10;
/// The longest one.
pub const LONGEST: usize = 128;

/// Each takes 19 MiB and one processor.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// 19 MiB, twice, one lane: the least that OWASP recommends.
fn argon() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// Compared where there is no account, so that this takes the same time.
static NOBODY: LazyLock<Option<Secret>> = LazyLock::new(|| hash_now("nobody").ok());

fn hash_now(password: &str) -> Result<Secret, ServiceError> {
    let hash = argon().hash_password(password.as_bytes());
    let hash = hash.map_err(|error| ServiceError::Randomness(error.to_string()))?;
    Ok(Secret::new(hash.to_string()))
}

fn verify_now(password: &str, hash: &str) -> bool {
    let parsed = PasswordHash::new(hash);
    parsed.is_ok_and(|hash| argon().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Does slow work beside the requests, when it is its turn.
async fn slowly<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ServiceError> {
    let _turn = AT_ONCE.acquire().await;
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| ServiceError::Randomness(error.to_string()))
}

/// What is stored of a password.
pub(super) async fn hash(password: &Password) -> Result<Secret, ServiceError> {
    let password = password.clone();
    slowly(move || hash_now(password.reveal())).await?
}

/// Whether a password is the stored one; takes as long when none is stored.
pub(super) async fn is_right(password: &Password, stored: Option<&Secret>) -> Result<bool, ServiceError> {
    let (password, stored) = (password.clone(), stored.cloned());
    slowly(move || {
        let exists = stored.is_some();
        // What is far too long to be right is not looked at whole.
        let typed: String = password.reveal().chars().take(LONGEST + 1).collect();
        let against = stored.or_else(|| NOBODY.clone());
        let is_same = against.is_some_and(|hash| verify_now(&typed, hash.reveal()));
        is_same && exists
    })
    .await
}

/// Everything that is wrong with a new password; `known` are names that are easily guessed for its owner.
pub(super) fn weaknesses(password: &Password, known: &[&str]) -> Vec<Message> {
    let text = password.reveal();
    let length = text.chars().count();
    if length < SHORTEST {
        return vec![Message::new("password-too-short").with("least", SHORTEST)];
    }
    if length > LONGEST {
        return vec![Message::new("password-too-long").with("most", LONGEST)];
    }
    let estimate = zxcvbn::zxcvbn(text, known);
    if estimate.score() >= Score::Three {
        return Vec::new();
    }
    let mut told = vec![Message::new("password-weak")];
    if let Some(feedback) = estimate.feedback() {
        told.extend(feedback.warning().map(|warning| Message::new(warned(warning))));
        told.extend(feedback.suggestions().iter().map(|suggestion| Message::new(suggested(*suggestion))));
    }
    told
}

/// The weaknesses as one sentence after the other, for beside the field.
pub fn weakness(password: &Password, known: &[&str]) -> Option<Message> {
    let told = weaknesses(password, known);
    let mut told = told.into_iter();
    let first = told.next()?;
    // The second one says the most; more would not be read.
    Some(match told.next() {
        Some(why) => Message::new("password-weak-because").with("why", why),
        None => first,
    })
}

fn warned(warning: Warning) -> &'static str {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess => {
            "password-warning-keys"
        }
        Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            "password-warning-repeats"
        }
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword
        | Warning::ThisIsSimilarToACommonlyUsedPassword => "password-warning-common",
        Warning::SequencesLikeAbcAreEasyToGuess => "password-warning-sequence",
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => "password-warning-dates",
        Warning::AWordByItselfIsEasyToGuess => "password-warning-word",
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
        | Warning::CommonNamesAndSurnamesAreEasyToGuess => "password-warning-names",
    }
}

fn suggested(suggestion: Suggestion) -> &'static str {
    match suggestion {
        Suggestion::UseAFewWordsAvoidCommonPhrases
        | Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters
        | Suggestion::AddAnotherWordOrTwo => "password-suggestion-words",
        Suggestion::CapitalizationDoesntHelpVeryMuch
        | Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase
        | Suggestion::ReversedWordsArentMuchHarderToGuess
        | Suggestion::PredictableSubstitutionsDontHelpVeryMuch => "password-suggestion-tricks",
        Suggestion::UseALongerKeyboardPatternWithMoreTurns
        | Suggestion::AvoidRepeatedWordsAndCharacters
        | Suggestion::AvoidSequences => "password-suggestion-patterns",
        Suggestion::AvoidRecentYears
        | Suggestion::AvoidYearsThatAreAssociatedWithYou
        | Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => "password-suggestion-dates",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_ones_are_refused_with_a_reason() {
        let told = |text: &str| weakness(&Secret::new(text), &["zhangyihe", "张一禾"]).map(|told| told.key);
        assert_eq!(told("短短短短短短短短短"), Some("password-too-short"));
        assert_eq!(told(&"长".repeat(129)), Some("password-too-long"));
        assert_eq!(told("correct horse battery staple"), None);
        assert_eq!(told("许家沟的核桃九月熟了"), None);
        for weak in ["password12", "aaaaaaaaaaaa", "zhangyihe1", "1234567890", "qwertyuiop", "2026-11-25"] {
            assert_eq!(told(weak), Some("password-weak-because"), "{weak}");
        }
    }

    #[tokio::test]
    async fn hashes_are_salted_and_compared() {
        let (right, wrong) = (Secret::new("许家沟的核桃九月熟了"), Secret::new("许家沟的核桃十月熟了"));
        let (one, other) = (hash(&right).await.unwrap(), hash(&right).await.unwrap());
        assert_ne!(one, other);
        assert!(one.reveal().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(is_right(&right, Some(&one)).await.unwrap());
        assert!(!is_right(&wrong, Some(&one)).await.unwrap());
        assert!(!is_right(&Secret::new("nobody"), None).await.unwrap());
        let longest = Secret::new("长".repeat(LONGEST));
        let stored = hash(&longest).await.unwrap();
        assert!(is_right(&longest, Some(&stored)).await.unwrap());
        let longer = Secret::new("长".repeat(LONGEST + 1));
        assert!(!is_right(&longer, Some(&stored)).await.unwrap());
    }
}
