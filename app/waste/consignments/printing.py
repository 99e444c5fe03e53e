"""The paper that goes with a load: the manifest of hazardous waste, the lighter note of general waste."""

from app.foundation.core.work import Work
from app.foundation.documents.manifest import manifest_pdf
from app.foundation.documents.transfer_note import transfer_note_pdf
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring
from app.foundation.keys.operations import signer as newest_signer
from app.waste.consignments.documents import Render, manifest_of
from app.waste.consignments.queries.papers import Papers
from app.waste.consignments.transfer_notes import transfer_note_of
from app.waste.registry.models import WasteKind


def print_manifest(
    work: Work, papers: Papers, *, public_url: str, keyring: Keyring, render: Render, in_english: bool
) -> bytes:
    """The paper as a PDF, as it stands now; `render` and `in_english` are of one language."""
    signer = newest_signer(work, keyring, KeyPurpose.QR)
    if papers.consignment.kind is WasteKind.GENERAL:
        note = transfer_note_of(work, papers, public_url=public_url, signer=signer, render=render)
        return transfer_note_pdf(note, "en" if in_english else "zh")
    content = manifest_of(work, papers, public_url=public_url, signer=signer, render=render)
    return manifest_pdf(content, "en" if in_english else "zh")
