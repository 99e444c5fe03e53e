"""五即一码登记: a package generated, packed, weighed, coded and stored in one act, and taken back at once."""
