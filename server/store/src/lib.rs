#![doc = include_str!("../README.md")]

mod db;
mod error;

pub mod assessment;
pub mod assignment;
pub mod audit;
pub mod facts;
pub mod grant;
pub mod people;
pub mod power;
pub mod resources;
pub mod rights;
pub mod rules;
mod search;
pub mod separation;
pub mod statistics;
pub mod unit;
pub mod upload;

pub use db::{Conn, Db, migrate, new_id};
pub use error::StoreError;
