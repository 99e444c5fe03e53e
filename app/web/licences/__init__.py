"""Pages of licences and fleets: the licence with its capacity, handing in and checking one, what carriers drive with."""

from app.web.licences import applying, carriers, reviewing, showing
from app.web.licences.blueprint import bp

__all__ = ["applying", "bp", "carriers", "reviewing", "showing"]
