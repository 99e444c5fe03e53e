"""Field work: what an inspector scans and what the verdict on it is, by one decision table over named facts."""
