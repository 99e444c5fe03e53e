"""One movement of waste: its manifest, its parties and signatures, its weights at both ends."""
