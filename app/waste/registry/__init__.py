"""What waste there is: streams, the double-entry mass ledger in whole grams, and ledgers brought in."""
