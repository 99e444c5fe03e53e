"""The content of the printed note of a transfer of general waste."""

from app.foundation.catalogue.codes import printed_plate
from app.foundation.core.clock import DEFAULT_ZONE
from app.foundation.core.text import Text
from app.foundation.core.work import Work
from app.foundation.documents import transfer_note_content as form
from app.foundation.documents.qr import Signer
from app.parties.accounts.models import Organisation
from app.waste.consignments.documents import (
    PACKAGE_WORDS,
    Render,
    checkpoint_of,
    head_of,
    people_of,
    signature_of,
    watermark_of,
)
from app.waste.consignments.models import ConsignmentLine, Opinion
from app.waste.consignments.queries.papers import Papers
from app.waste.registry.methods import method_text


def transfer_note_of(
    work: Work, papers: Papers, *, public_url: str, signer: Signer, render: Render
) -> form.TransferNote:
    """The printed note of papers as they stand now; one statement for the people it names, one for the checkpoint."""
    c = papers.consignment
    people = people_of(work, papers)
    return form.TransferNote(
        head=head_of(work, papers, people, public_url=public_url, signer=signer, render=render),
        consignor=_party(papers.consignor),
        carrier=_party(papers.carrier),
        consignee=_party(papers.consignee),
        journey=_journey(papers),
        lines=[_line(line, render) for line in papers.lines],
        planned_method=render(method_text(c.planned_method)) if c.planned_method else "",
        requirements=c.emergency_measures,
        difference_note=c.discrepancy_note,
        closing_note=c.closing_note,
        signatures=[signature_of(signature) for signature in papers.signatures],
        watermark=watermark_of(c.state),
        is_demo=papers.is_demo,
        time_zone=papers.park.zone if papers.park else DEFAULT_ZONE,
        checkpoint=checkpoint_of(work, papers),
    )


def _party(firm: Organisation | None) -> form.NoteParty:
    return form.NoteParty(firm.name, firm.credit_code, firm.address, firm.phone) if firm else form.NoteParty()


def _journey(papers: Papers) -> form.NoteJourney:
    c, vehicle, driver = papers.consignment, papers.vehicle, papers.driver
    return form.NoteJourney(
        vehicle=vehicle.kind if vehicle else "",
        plate=printed_plate(vehicle.plate) if vehicle else "",
        driver="　".join(part for part in (driver.name, driver.phone) if part) if driver else "",
        start=papers.consignor_site.address,
        end=papers.consignee_site.address if papers.consignee_site else "",
        via=c.via,
        loaded_at=c.loading_at,
        departed_at=c.departed_at,
        arrived_at=c.arrived_at,
        received_at=c.closed_at if c.opinion is Opinion.ACCEPT else None,
    )


def _line(line: ConsignmentLine, render: Render) -> form.NoteLine:
    return form.NoteLine(
        number=line.line_number,
        waste_name=line.waste_name,
        waste_code=line.waste_code,
        pack_kind=render(PACKAGE_WORDS.get(line.package, Text(line.package))),
        sent_grams=line.sent_mass,
        received_grams=line.received_mass,
    )
