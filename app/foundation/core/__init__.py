"""Words every room shares: units, time, ids, texts, errors, the declarative base, `Actor` and `Work`. Knows no waste."""
