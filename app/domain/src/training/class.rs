//! Classes: quota, nomination, roll call and feedback.
