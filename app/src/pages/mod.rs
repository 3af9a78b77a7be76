//! The pages, a file each.

pub mod assign;
pub mod assignment;
pub mod assignments;
pub mod audit;
pub mod board;
pub mod cases;
pub mod failure;
pub mod home;
pub mod import;
pub mod language;
pub mod power;
pub mod powers;
pub mod register;
pub mod rules;
pub mod unit;
pub mod units;
