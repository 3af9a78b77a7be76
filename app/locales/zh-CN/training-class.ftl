## Classes
