## Exams
