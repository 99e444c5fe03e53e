"""Facts that keep each rule, and cases that break it or stand on its limits, by room."""
