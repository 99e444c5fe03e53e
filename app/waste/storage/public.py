"""What a label says, to anybody who holds it: no persons, phones, prices or places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.parties.accounts.models import Organisation, Park
from app.waste.registry.models import WasteForm, WasteStream
from app.waste.storage.models import Container, ContainerState


@dataclass(frozen=True)
class PublicLabel:
    """A container as its label tells it, and whether the code still counts."""

    code: str
    short_code: str
    state: ContainerState
    waste_name: str
    category: str
    waste_code: str
    form: WasteForm | None
    hazards: Sequence[Any]
    main_components: str
    harmful_components: str
    precautions: str
    producer: str
    generated_on: date
    mass: Grams | None
    label_mass: Grams | None
    is_demo: bool


def public_label(work: Work, code: str) -> PublicLabel | None:
    """The label of a container by its 37-character code, whoever asks; one statement."""
    row = work.session.execute(
        select(Container, WasteStream, Organisation.name, Park.is_demo)
        .join(WasteStream, WasteStream.id == Container.stream_id)
        .join(Organisation, Organisation.id == Container.organisation_id)
        .outerjoin(Park, Park.id == Container.park_id)
        .where(Container.code == code)
    ).first()
    if row is None:
        return None
    container, stream, producer, is_demo = row
    return PublicLabel(
        code=container.code,
        short_code=container.short_code,
        state=container.state,
        waste_name=stream.waste_name,
        category=stream.category,
        waste_code=container.waste_code,
        form=container.form or stream.form,
        hazards=container.hazards or stream.hazards,
        main_components=stream.main_components,
        harmful_components=stream.harmful_components,
        precautions=stream.precautions,
        producer=producer,
        generated_on=container.generated_on,
        mass=container.net,
        label_mass=container.label_mass,
        is_demo=bool(is_demo),
    )
