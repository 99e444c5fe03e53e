"""What people call the things on a manifest."""

from app.waste.storage.models import Container


def called(container: Container) -> str:
    """A container by its firm's own label, or by the short code under its QR."""
    return container.local_label or container.short_code
