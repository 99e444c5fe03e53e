"""The floor of those who act: accounts and licences."""
