"""A site's yearly management plan and the class that decides what it must contain (HJ 1259-2022, sections 4 and 5)."""
