"""What the borders share: units of work, the guard at the door, replies, problems, language."""
