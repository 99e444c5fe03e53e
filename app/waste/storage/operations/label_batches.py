"""Printing the labels of several containers in one go."""

from collections.abc import Sequence

from app.foundation.core.errors import FieldProblem, InvalidInput
from app.foundation.core.text import Text, say
from app.foundation.core.work import Work
from app.foundation.documents.label import LabelContent
from app.foundation.keys.operations import Keyring
from app.foundation.rulebook.decision import RuleViolated
from app.waste.storage.commands import PrintLabel
from app.waste.storage.models import Container
from app.waste.storage.operations.labels import label_preview, print_label
from app.waste.storage.queries import container_for

MOST_LABELS = 200
"""Labels of one print (design.md 11)."""


def print_labels(
    work: Work, keys: Sequence[str], command: PrintLabel, *, keyring: Keyring, public_url: str
) -> list[LabelContent]:
    """What the labels of some containers say now, each noted as printed; all of them or none.

    `keys`: 37-character codes or short codes. The reason counts for those printed before.

    Raises:
        NotFound, NotPermitted: one is not the actor's.
        Conflict: one is voided, used up, on its way or in other hands.
        InvalidInput: none or too many are named, or names each whose label can't be printed, and why.
    """
    if not 0 < len(keys) <= MOST_LABELS:
        raise InvalidInput([FieldProblem("#/containers", say("请勾选 1 至 {most} 个容器", most=MOST_LABELS))])
    contents, problems = [], []
    for place, key in enumerate(keys):
        try:
            contents.append(print_label(work, key, command, keyring=keyring, public_url=public_url))
        except InvalidInput as refused:
            problems += [_of(place, key, problem.text) for problem in refused.problems]
        except RuleViolated as refused:
            problems += [_of(place, key, finding.text()) for finding in refused.findings]
    if problems:
        raise InvalidInput(problems)
    return contents


def _of(place: int, key: str, text: Text) -> FieldProblem:
    return FieldProblem(f"#/containers/{place}", say("{container}：{problem}", container=key, problem=text))


def printed_labels_of(
    work: Work, keys: Sequence[str], *, keyring: Keyring, public_url: str
) -> list[LabelContent] | None:
    """The labels of containers as they were printed last; None where one is newer than its print.

    Raises:
        NotFound: one is not the actor's.
    """
    containers = [container_for(work, key) for key in keys[:MOST_LABELS]]
    if not containers or not all(map(_is_printed, containers)):
        return None
    return [
        label_preview(work, container, keyring=keyring, public_url=public_url) for container in containers
    ]


def _is_printed(container: Container) -> bool:
    return container.label_prints > 0 and container.label_mass == container.net
