"""Uploads, content-addressed: the file is on disk and synced before the row that names it commits."""
