//! The pages, a file each.

pub mod account;
pub mod accounts;
pub mod assign;
pub mod assignment;
pub mod assignments;
pub mod audit;
pub mod board;
pub mod cases;
pub mod deed;
pub mod failure;
pub mod groups;
pub mod home;
pub mod import;
pub mod language;
pub mod link;
pub mod people;
pub mod person;
pub mod power;
pub mod powers;
pub mod register;
pub mod reviews;
pub mod roles;
pub mod rules;
pub mod sign_in;
pub mod unit;
pub mod units;
