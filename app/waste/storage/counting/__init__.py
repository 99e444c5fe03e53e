"""Stock counts: what is found on the floor, beside what the ledger says, and why they differ."""
