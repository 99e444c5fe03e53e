"""Parks, organisations, sites, users and their roles; sign-in, sessions and API tokens."""
