## Questions
