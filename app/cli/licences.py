"""`flask licences add|state|earlier|permit|vehicle|crew`: what recyclers and carriers may do, entered for them."""

from datetime import datetime
from uuid import UUID

import click
from sqlalchemy import select

from app.cli.commands import Commands
from app.entry.work import unit_of_work
from app.foundation.catalogue.codes import category_of
from app.foundation.core.errors import FieldProblem, InvalidInput, NotFound
from app.foundation.core.text import say
from app.foundation.core.units import Grams, grams_from_kg, grams_from_tonnes
from app.foundation.core.work import Work
from app.parties.accounts.models import User
from app.parties.accounts.queries import organisation_of
from app.parties.licences.commands import (
    ChangeLicenceState,
    LicensedWaste,
    RecordEarlierUse,
    RegisterCarrierPermit,
    RegisterCrewMember,
    RegisterLicence,
    RegisterVehicle,
)
from app.parties.licences.models import LicenceKind, LicenceState, Mode, OperatingLicence
from app.parties.licences.operations import (
    change_licence_state,
    record_earlier_use,
    register_carrier_permit,
    register_crew_member,
    register_licence,
    register_vehicle,
)

group = Commands("licences", help="Operating licences; carriers' permits, vehicles and crew.")
DAY = click.DateTime(["%Y-%m-%d"])


@group.command("add")
@click.argument("credit_code")
@click.option("--number", required=True)
@click.option("--issuer", required=True)
@click.option("--kind", type=click.Choice([kind.value for kind in LicenceKind]), default="comprehensive")
@click.option(
    "--mode", "modes", type=click.Choice([mode.value for mode in Mode]), multiple=True, required=True
)
@click.option("--issued-on", type=DAY, required=True)
@click.option("--valid-from", type=DAY, required=True)
@click.option("--valid-to", type=DAY, required=True)
@click.option("--yearly-t", required=True, help="Yearly scale in tonnes.")
@click.option(
    "--waste",
    "wastes",
    multiple=True,
    required=True,
    help="HW08, or one code of it: 900-249-08; =3000 behind it is its own yearly tonnes. Repeatable.",
)
def add(
    credit_code: str,
    number: str,
    issuer: str,
    kind: str,
    modes: tuple[str, ...],
    issued_on: datetime,
    valid_from: datetime,
    valid_to: datetime,
    yearly_t: str,
    wastes: tuple[str, ...],
) -> None:
    """Enter a recycler's operating licence."""
    with unit_of_work() as work:
        register_licence(
            work,
            RegisterLicence(
                organisation_id=organisation_of(work, credit_code).id,
                number=number,
                issuer=issuer,
                kind=LicenceKind(kind),
                modes=tuple(Mode(mode) for mode in modes),
                issued_on=issued_on.date(),
                valid_from=valid_from.date(),
                valid_to=valid_to.date(),
                yearly_scale=_mass(yearly_t, "#/yearly_t", tonnes=True),
                lines=tuple(_line(waste) for waste in wastes),
            ),
        )
    click.echo(f"{number} entered")


@group.command("permit")
@click.argument("credit_code")
@click.option("--number", required=True)
@click.option(
    "--class", "classes", multiple=True, required=True, help="Class of dangerous goods. Repeatable."
)
@click.option("--valid-to", type=DAY, required=True)
def permit(credit_code: str, number: str, classes: tuple[str, ...], valid_to: datetime) -> None:
    """Enter a carrier's permit for dangerous goods by road."""
    with unit_of_work() as work:
        carrier = organisation_of(work, credit_code).id
        register_carrier_permit(work, RegisterCarrierPermit(carrier, number, classes, valid_to.date()))
    click.echo(f"{number} entered")


@group.command("vehicle")
@click.argument("credit_code")
@click.argument("plate")
@click.option("--kind", required=True, help="Such as 厢式货车.")
@click.option("--load-kg", required=True, help="Approved load in kilograms.")
@click.option("--valid-to", type=DAY, required=True)
def vehicle(credit_code: str, plate: str, kind: str, load_kg: str, valid_to: datetime) -> None:
    """Enter a carrier's vehicle."""
    with unit_of_work() as work:
        carrier = organisation_of(work, credit_code).id
        load = _mass(load_kg, "#/load_kg")
        register_vehicle(work, RegisterVehicle(carrier, plate, kind, load, valid_to.date()))
    click.echo(f"{plate} entered")


@group.command("crew")
@click.argument("credit_code")
@click.option("--name", required=True)
@click.option("--phone", default="")
@click.option("--certificate", required=True)
@click.option("--valid-to", type=DAY, required=True)
@click.option("--escort", is_flag=True, help="An escort; a driver if not given.")
@click.option("--email", help="The person's own sign-in, if there is one.")
def crew(
    credit_code: str,
    name: str,
    phone: str,
    certificate: str,
    valid_to: datetime,
    escort: bool,
    email: str | None,
) -> None:
    """Enter a carrier's driver or escort."""
    with unit_of_work() as work:
        register_crew_member(
            work,
            RegisterCrewMember(
                organisation_id=organisation_of(work, credit_code).id,
                name=name,
                phone=phone,
                certificate=certificate,
                valid_to=valid_to.date(),
                is_escort=escort,
                user_id=_user_id(work, email) if email else None,
            ),
        )
    click.echo(f"{name} entered")


@group.command("state")
@click.argument("number")
@click.option("--state", type=click.Choice([state.value for state in LicenceState]), required=True)
@click.option(
    "--from", "from_on", type=DAY, help="First day of a suspension, or the day it ended; today if not given."
)
@click.option("--to", "to_on", type=DAY, help="Last day of a suspension.")
@click.option("--reason", default="")
def state(number: str, state: str, from_on: datetime | None, to_on: datetime | None, reason: str) -> None:
    """Note that the authority suspended, revoked or cancelled a licence, or lifted a suspension."""
    with unit_of_work() as work:
        licence = _latest(work, number)
        command = ChangeLicenceState(
            LicenceState(state),
            licence.version,
            from_on=from_on.date() if from_on else None,
            to_on=to_on.date() if to_on else None,
            reason=reason,
        )
        change_licence_state(work, licence.id, command)
    click.echo(f"{number} {state}")


@group.command("earlier")
@click.argument("number")
@click.option("--year", type=int, required=True)
@click.option(
    "--used", "used", multiple=True, required=True, help="Code and tonnes: 900-249-08=120.5. Repeatable."
)
@click.option("--record", default="", help="The record book it is taken from.")
def earlier(number: str, year: int, used: tuple[str, ...], record: str) -> None:
    """Enter what a licence took in this year outside the platform."""
    masses = {
        code: _mass(tonnes, "#/used", tonnes=True) for code, _, tonnes in (one.partition("=") for one in used)
    }
    with unit_of_work() as work:
        licence = _latest(work, number)
        record_earlier_use(work, licence.id, RecordEarlierUse(masses, year, record, licence.version))
    click.echo(f"{number} {year} entered")


def _latest(work: Work, number: str) -> OperatingLicence:
    """The newest edition of a number."""
    found = work.session.scalars(
        select(OperatingLicence)
        .where(OperatingLicence.number == number)
        .order_by(OperatingLicence.valid_from.desc())
        .limit(1)
    ).first()
    if found is None:
        raise NotFound(say("没有这张经营许可证"))
    return found


def _line(waste: str) -> LicensedWaste:
    """`HW08`, or a code; `=120` behind it is a yearly scale of its own in tonnes."""
    name, _, scale = waste.partition("=")
    mass = _mass(scale, "#/waste", tonnes=True) if scale else None
    if name.upper().startswith("HW"):
        return LicensedWaste(name.upper(), yearly_scale=mass)
    return LicensedWaste(category_of(name), name, mass)


def _mass(text: str, pointer: str, *, tonnes: bool = False) -> Grams:
    try:
        return grams_from_tonnes(text) if tonnes else grams_from_kg(text)
    except ValueError:
        raise InvalidInput([FieldProblem(pointer, say("请填写数字，如 3000"))]) from None


def _user_id(work: Work, email: str) -> UUID:
    user_id = work.session.scalar(select(User.id).where(User.email == email.strip().lower()))
    if user_id is None:
        raise NotFound(say("没有使用 {email} 的用户", email=email))
    return user_id
