//! What people still have to learn.
