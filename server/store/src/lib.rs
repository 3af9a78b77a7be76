#![doc = include_str!("../README.md")]

mod db;
mod error;

pub mod account;
pub mod assessment;
pub mod assignment;
pub mod audit;
pub mod check;
pub mod book;
pub mod case;
pub mod deputyship;
pub mod facts;
pub mod grant;
pub mod group;
pub mod holding;
pub mod people;
pub mod person;
pub mod power;
pub mod resources;
pub mod review;
pub mod rights;
pub mod role;
pub mod rules;
mod search;
pub mod separation;
mod sight;
mod secret;
pub mod session;
pub mod statistics;
pub mod supervision;
pub mod unit;
pub mod upload;

pub use db::{Conn, Db, Writes, migrate, new_id};
pub use error::StoreError;
pub use secret::Secret;
