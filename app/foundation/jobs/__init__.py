"""Work in the background: its state, its progress, its result. The worker itself is a border (`app.jobs`)."""
