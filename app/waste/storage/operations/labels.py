"""Printing labels: what stands on one, and that it was printed."""

from dataclasses import replace
from uuid import UUID

from app.foundation import trace
from app.foundation.core.errors import Conflict, FieldProblem, InvalidInput
from app.foundation.core.ids import new_id
from app.foundation.core.text import say
from app.foundation.core.work import Work
from app.foundation.documents.label import LabelContent
from app.foundation.documents.qr import container_url
from app.foundation.documents.qr_revocation import container_print
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, Signer, signer
from app.foundation.rulebook.assessment import assess, problems
from app.foundation.rulebook.decision import RuleViolated
from app.parties.accounts.models import Organisation, User
from app.parties.accounts.permissions import Permission
from app.waste.registry.models import WasteStream
from app.waste.registry.policy import ensure_may
from app.waste.storage.commands import PrintLabel
from app.waste.storage.facts import jurisdiction_of
from app.waste.storage.models import Container, ContainerState
from app.waste.storage.policy import may_print_label
from app.waste.storage.queries import container_for
from app.waste.storage.revoked_codes import revoke_print
from app.waste.storage.rules import RULES, LabelFacts
from app.waste.storage.rules.signs import PrintFacts

PRINT_RULES = ("HJ1276-L-fields", "HJ1276-L-size", "HJ1276-L-text", "HJ1276-L-two", "HJ1276-L-symbol")
"""What a label must keep when it is printed, besides its code."""
SYMBOLS = frozenset({"T", "C", "I", "R", "In"})
"""Hazards that our labels have a symbol for."""
UNLABELLED = frozenset({ContainerState.VOIDED, ContainerState.CONSUMED})


def print_label(
    work: Work, key: UUID | str, command: PrintLabel, *, keyring: Keyring, public_url: str
) -> LabelContent:
    """What the label of a container says now, with a freshly signed QR, noted as printed.

    A blank required field means no print (HJ1276-L-fields), nor does a label too small for its container. A second print of the same weight needs
    a reason; after weighing, a new print is due without one. Prints of another weight are revoked by it.

    Raises:
        NotFound, NotPermitted: not the actor's.
        Conflict: the container is voided, used up, on its way or in other hands.
        InvalidInput: a reprint without a reason.
        RuleViolated: fields are missing or the code is wrong; names them all.
    """
    ensure_may(work.actor, Permission.CONTAINERS_MANAGE)
    container = container_for(work, key, lock=True)
    if container.state in UNLABELLED:
        raise Conflict(say("容器 {code} 已作废或已利用，不再打印标签", code=container.code))
    if not may_print_label(work.actor, container):
        raise Conflict(say("容器 {code} 已离开你的单位，标签由持有它的单位打印", code=container.code))
    same_again = container.label_prints > 0 and container.label_mass == container.net
    if same_again and not command.reason.strip():
        raise InvalidInput([FieldProblem("#/reason", say("再次打印须选择原因：破损、污损或信息更正"))])
    content = label_content(work, container, signer(work, keyring, KeyPurpose.QR), public_url)
    _ensure_complete(work, container, content)
    event_id = new_id()
    if container.label_prints > 0 and not same_again:
        replaced = container_print(container.code, container.label_mass)
        revoke_print(work, container.trace_kind, container.id, replaced, event_id=event_id)
    container.label_prints += 1
    container.label_mass = container.net
    container.label_printed_at = work.now
    trace.record(work, "container.label_printed", container, park_id=container.park_id, event_id=event_id)
    return content


def label_preview(work: Work, container: Container, *, keyring: Keyring, public_url: str) -> LabelContent:
    """The label as it was printed last or would be printed first; nothing is noted.

    Raises:
        Conflict: there is no key to sign with.
    """
    content = label_content(work, container, signer(work, keyring, KeyPurpose.QR), public_url)
    return replace(content, print_number=max(1, container.label_prints))


def label_content(work: Work, container: Container, qr_signer: Signer, public_url: str) -> LabelContent:
    """The fields of a container's label (domain-rules 15.1), signed as they are now."""
    stream = work.session.get_one(WasteStream, container.stream_id)
    organisation = work.session.get_one(Organisation, container.organisation_id)
    named = f"{stream.waste_name}（{stream.local_name}）" if stream.local_name else stream.waste_name
    return LabelContent(
        waste_name=named,
        category=stream.category,
        waste_code=stream.waste_code,
        form=stream.form.value if stream.form else "",
        hazards=tuple(stream.hazards),
        main_components=stream.main_components,
        harmful_components=stream.harmful_components,
        precautions=stream.precautions,
        digital_code=container.code,
        unit_name=organisation.name,
        contact=_contact(work, organisation),
        generated_on=container.generated_on,
        weight_grams=container.net,
        volume_ml=container.volume_ml or 200_000,
        qr_text=container_url(
            public_url, container.code, container.net, frozenset(stream.hazards), qr_signer
        ),
        short_code=container.short_code,
        remarks=container.remarks or container.local_label,
        print_number=container.label_prints + 1,
    )


def _contact(work: Work, organisation: Organisation) -> str:
    """Whom to call: the person of the firm who prints, else the firm."""
    user = work.session.get(User, work.actor.user_id) if work.actor.user_id else None
    if user is None or work.actor.organisation_id != organisation.id:
        return organisation.phone
    return f"{user.name} {user.phone or organisation.phone}".strip()


def _ensure_complete(work: Work, container: Container, content: LabelContent) -> None:
    facts = LabelFacts(
        subject_id=container.id,
        waste_name=content.waste_name,
        category=content.category,
        waste_code=content.waste_code,
        form=content.form,
        hazards=frozenset(content.hazards),
        main_components=content.main_components,
        harmful_components=content.harmful_components,
        precautions=content.precautions,
        digital_code=content.digital_code,
        unit_name=content.unit_name,
        contact=content.contact,
        generated_on=content.generated_on,
        weight=content.weight_grams,
        is_weight_due=container.sealed_at is not None,
    )
    size = content.size
    printed = PrintFacts(
        subject_id=container.id,
        volume_ml=content.volume_ml,
        label_mm=size.side_mm,
        text_mm=size.text_mm,
        label_count=size.copies,
        hazards=frozenset(content.hazards),
        symbols=frozenset(content.hazards) & SYMBOLS,
    )
    rules = {rule_id: RULES[rule_id] for rule_id in PRINT_RULES}
    findings = assess(
        rules, [facts, printed], on=work.today, jurisdiction=jurisdiction_of(work, container.site_id)
    )
    if broken := problems(findings):
        raise RuleViolated(broken)  # a paper with a blank field is no label, whoever wants it
