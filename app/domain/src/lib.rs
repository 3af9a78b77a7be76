#![doc = include_str!("../README.md")]

mod code;

pub mod assess;
pub mod assignment;
pub mod attachment;
pub mod audit;
pub mod calendar;
pub mod case;
pub mod catalogue;
pub mod clock;
pub mod duty;
pub mod funding;
pub mod handoff;
pub mod holding;
pub mod id;
pub mod indicator;
pub mod life;
pub mod means;
pub mod message;
pub mod money;
pub mod notice;
pub mod paper;
pub mod people;
pub mod period;
pub mod post;
pub mod power;
pub mod rules;
pub mod separation;
pub mod statistics;
pub mod throttle;
pub mod token;
pub mod unit;
pub mod webhook;
pub mod who;
pub mod wisn;

pub use chrono::NaiveDate as Date;
pub use code::UnknownCode;
pub use message::{Arg, Message};
pub use money::Fen;
pub use period::Period;
