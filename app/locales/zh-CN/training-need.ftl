## Needs
