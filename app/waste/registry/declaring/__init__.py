"""Declarations of a site for a period: computed from the ledger, checked, submitted, and then the period is locked."""
