"""Ed25519 keys by purpose. Private keys lie encrypted in the database; retired public keys are kept."""
