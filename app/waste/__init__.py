"""The floor of the waste itself: what it is, where it lies, how it moves."""
