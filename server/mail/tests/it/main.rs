//! Letters into a folder and to a small mail server on loopback.

#[cfg(test)]
mod sending;
#[cfg(test)]
mod server;
