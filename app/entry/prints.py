"""The prints that codes stand on, as acts need them that replace one."""

from collections.abc import Callable

from app.entry.work import house
from app.foundation.core.work import Work
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import signer
from app.waste.consignments.documents import print_of
from app.waste.consignments.queries import Papers


def printed(work: Work) -> Callable[[Papers], str | None]:
    """Names the print of a consignment's papers as they stand when asked; one statement, when first asked."""
    return lambda papers: print_of(papers, signer(work, house().keyring, KeyPurpose.QR))
