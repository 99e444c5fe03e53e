"""固废一张网 · ParkLoop. The floors and their rooms are described in docs/architecture.md."""
