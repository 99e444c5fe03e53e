"""A ledger file on its way in: for which site, and the verdict on it in the reader's language."""

from typing import Any
from uuid import UUID

from app.entry.language import rendered
from app.foundation.core.errors import FieldProblem, InvalidInput, NotPermitted
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.parties.accounts.models import Site
from app.parties.accounts.permissions import Permission
from app.parties.accounts.queries import sites_of
from app.waste.registry.commands import ImportLedger
from app.waste.registry.ledger_files.ledger import LedgerReading
from app.waste.registry.policy import ensure_may, site_for

LONGEST_NAME = 200


def ledger_command(
    work: Work, content: bytes, filename: str, site_id: UUID | None, *, accept_good: bool = False
) -> ImportLedger:
    """What is asked with an uploaded ledger. A firm with one site need not name it.

    Raises:
        NotPermitted: the actor may not import ledgers, or acts for no firm.
        NotFound: no such site of the actor's.
        InvalidInput: the firm has several sites, or none.
    """
    ensure_may(work.actor, Permission.LEDGER_IMPORT)
    site = _site(work, site_id)
    return ImportLedger(site.organisation_id, site.id, tidy_name(filename), content, accept_good)


def tidy_name(filename: str) -> str:
    """The last part of a file's name as the browser gave it, cut to what we keep."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in name if character.isprintable())[:LONGEST_NAME] or "file"


def is_to_be_stored(reading: LedgerReading, *, accept_good: bool) -> bool:
    """Whether something goes in: right rows, and every one right unless the rest is waived."""
    return bool(reading.accepted) and (accept_good or not reading.refused) and not reading.file_problems


def verdict_json(reading: LedgerReading) -> dict[str, Any]:
    """The verdict as data: the keys of the sample expectations, each problem in words besides."""
    verdict = reading.as_json()
    verdict["file_problems"] = [
        {"reason": problem.reason, "text": rendered(problem.text), "mend": rendered(problem.mend)}
        for problem in reading.file_problems
    ]
    for refusal, line in zip(reading.refused, verdict["refused"], strict=True):
        for problem, written in zip(refusal.problems, line["problems"], strict=True):
            written |= {"text": rendered(problem.text), "mend": rendered(problem.mend)}
    for warning, line in zip(reading.warnings, verdict["warnings"], strict=True):
        line["text"] = rendered(warning.text)
    return verdict


def _site(work: Work, site_id: UUID | None) -> Site:
    if site_id is not None:
        return site_for(work, site_id)
    if work.actor.organisation_id is None:
        raise NotPermitted(say("台账由企业自己导入"))
    sites = sites_of(work, work.actor.organisation_id)
    if len(sites) != 1:
        raise InvalidInput([FieldProblem("#/site_id", say("请选择生产经营场所"))])
    return sites[0]
