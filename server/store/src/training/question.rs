//! Questions of a bank, and how their answers are marked.
