//! Certificates: states, renewal, and when they end.
