#![doc = include_str!("../README.md")]

mod db;
mod error;

pub mod account;
pub mod assessment;
pub mod assignment;
pub mod audit;
pub mod book;
pub mod calendar;
pub mod case;
pub mod check;
pub mod deputyship;
pub mod dossier;
pub mod exception;
pub mod facts;
pub mod grant;
pub mod group;
mod held;
pub mod holding;
pub mod notice;
pub mod oidc;
pub mod people;
pub mod person;
pub mod power;
pub mod register;
pub mod reply;
pub mod resources;
pub mod review;
pub mod rights;
pub mod role;
pub mod rules;
mod search;
mod secret;
pub mod session;
pub mod set;
mod sight;
pub mod statistics;
pub mod supervision;
pub mod support;
pub mod token;
pub mod unit;
pub mod upload;
pub mod webhook;

pub use db::{Conn, Db, Writes, migrate, new_id};
pub use error::StoreError;
pub use secret::Secret;
