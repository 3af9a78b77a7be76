#![doc = include_str!("../README.md")]

pub mod assess;
pub mod assign;
pub mod attachment;
pub mod audit;
pub mod calendar;
pub mod case;
pub mod catalogue;
pub mod duty;
pub mod exception;
pub mod export;
pub mod form;
pub mod handoff;
pub mod identity;
pub mod import;
pub mod inbox;
pub mod indicator;
pub mod life;
pub mod mailer;
pub mod notify;
pub mod paper;
pub mod policy;
pub mod refusal;
pub mod register;
pub mod review;
pub mod rules;
pub mod sample;
pub mod separation;
pub mod support;
pub mod token;
pub mod webhook;
pub mod who;
pub mod write;

/// Why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The actor may not.
    #[error("refused by rule {}", .0.rule)]
    Denied(Box<access::Denial>),
    /// The system gives no random numbers, or a password cannot be hashed.
    #[error("no secret can be made: {0}")]
    Randomness(String),
    /// The norms leave no working time.
    #[error(transparent)]
    Wisn(#[from] domain::wisn::WisnError),
}
