"""That a person is who they say, at the moment they sign: PIN, TOTP, one-time codes and one-time links.

Whatever counts wrong tries has a transaction of its own, so that a try is counted though the act it was for fails.
Such functions take the `Database` and are called before the act's unit of work begins, never inside it.
"""
