"""The border for work in the background: the worker, and one handler for each kind of job."""
