//! Small parts that several pages share.

pub mod form;
pub mod numbers;
pub mod pager;
pub mod parity;
pub mod status;
pub mod table;
pub mod weighed;
pub mod worst;
