//! Courses: sections, lessons, and when one is completed.
