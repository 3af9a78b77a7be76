//! Exams: blueprints, draws, attempts and grades.
