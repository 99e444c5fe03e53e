"""Who did what, provable: one chained event per change, written in the transaction of the change."""

from app.foundation.trace.recording import record

__all__ = ["record"]
