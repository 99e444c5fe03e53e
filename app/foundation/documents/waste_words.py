"""Words for the codes of hazards and forms of waste, in Chinese and English, as printed papers use them."""

from collections.abc import Collection

INFECTIOUS = "In"
"""The hazard without a diamond: its word stands in a box."""

HAZARD_WORDS = {
    "T": ("毒性", "Toxic"),
    "C": ("腐蚀性", "Corrosive"),
    "I": ("易燃性", "Ignitable"),
    "R": ("反应性", "Reactive"),
    INFECTIOUS: ("感染性", "Infectious"),
}
"""Hazard code → its word; the order is the order of print."""

FORM_WORDS = {
    "S": ("固态", "solid"),
    "SS": ("半固态", "semi-solid"),
    "L": ("液态", "liquid"),
    "G": ("气态", "gas"),
}
"""Physical form → its word."""


def ordered_hazards(codes: Collection[str]) -> list[str]:
    """Each hazard once, in the order of print."""
    return [code for code in HAZARD_WORDS if code in codes]
