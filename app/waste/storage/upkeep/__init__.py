"""What keeps a store in order: documents on file, checks, samples, drills, sign checks, calibrations."""
