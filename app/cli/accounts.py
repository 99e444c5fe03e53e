"""`flask accounts park|organisation|user|end-role|token|revoke-tokens|reset-factors|networks`: who is here, and ways in."""

from datetime import timedelta

import click

from app.cli.commands import Commands
from app.entry.work import unit_of_work
from app.foundation.core.errors import NotFound
from app.foundation.core.text import say
from app.parties.accounts.commands import (
    AddSite,
    AddUser,
    GrantRole,
    IssueToken,
    OpenPark,
    RegisterOrganisation,
)
from app.parties.accounts.operations import (
    add_site,
    add_user,
    end_membership,
    grant_role,
    limit_staff_to,
    open_park,
    register_organisation,
)
from app.parties.accounts.permissions import PARK_ROLES, SCOPES, Role
from app.parties.accounts.queries import open_roles_of, organisation_of, park_of, user_of
from app.parties.accounts.signing_in import issue_token, revoke_tokens
from app.parties.accounts.staff import reset_factors

group = Commands("accounts", help="People, roles and API tokens.")


@group.command("park")
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--name-en", required=True)
@click.option("--province", required=True, help="Two digits of GB/T 2260.")
@click.option("--city", required=True, help="Four digits of GB/T 2260.")
@click.option("--zone", default="Asia/Shanghai", show_default=True)
def park(slug: str, name: str, name_en: str, province: str, city: str, zone: str) -> None:
    """Open a park."""
    with unit_of_work() as work:
        open_park(work, OpenPark(slug, name, name_en, province, city, zone))
    click.echo(f"{slug} opened")


@group.command("organisation")
@click.argument("credit_code")
@click.option("--name", required=True)
@click.option("--short-name", help="As lists show it; the name if not given.")
@click.option("--address", default="")
@click.option("--phone", default="")
@click.option("--emergency-phone", default="")
@click.option("--producer", is_flag=True)
@click.option("--recycler", is_flag=True)
@click.option("--carrier", is_flag=True)
@click.option("--park", "slug", help="Slug of the park its site lies in; without it the site lies in none.")
@click.option("--site", "site_name", default="厂区", show_default=True)
@click.option("--province", help="Of the site; the park's if not given.")
@click.option("--city", help="Of the site; the park's if not given.")
def organisation(
    credit_code: str,
    name: str,
    short_name: str | None,
    address: str,
    phone: str,
    emergency_phone: str,
    producer: bool,
    recycler: bool,
    carrier: bool,
    slug: str | None,
    site_name: str,
    province: str | None,
    city: str | None,
) -> None:
    """Register an organisation with its first site."""
    command = RegisterOrganisation(
        credit_code=credit_code.strip().upper(),
        name=name,
        short_name=short_name or name[:40],
        address=address,
        phone=phone,
        emergency_phone=emergency_phone,
        is_producer=producer,
        is_recycler=recycler,
        is_carrier=carrier,
    )
    with unit_of_work() as work:
        chosen = park_of(work, slug) if slug else None
        registered = register_organisation(work, command)
        add_site(
            work,
            AddSite(
                organisation_id=registered.id,
                park_id=chosen.id if chosen else None,
                name=site_name,
                address=address,
                province=province or (chosen.province if chosen else ""),
                city=city or (chosen.city if chosen else ""),
            ),
        )
    click.echo(f"{command.credit_code} registered")


@group.command("user")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--phone", default="")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--organisation", "credit_code", help="Credit code, for the roles of a firm.")
@click.option("--park", "slug", help="Slug of the park: whose staff, or where the firm's people work.")
@click.option("--job-title", default="")
@click.password_option()
def user(
    email: str,
    name: str,
    phone: str,
    role: str,
    credit_code: str | None,
    slug: str | None,
    job_title: str,
    password: str,
) -> None:
    """Add a person with a first role."""
    of_park = Role(role) in PARK_ROLES
    with unit_of_work() as work:
        organisation_id = organisation_of(work, credit_code).id if credit_code and not of_park else None
        park_id = park_of(work, slug).id if slug else None
        added = add_user(work, AddUser(email, name, phone, password))
        grant_role(work, GrantRole(added.id, Role(role), organisation_id, park_id, job_title))
    click.echo(f"{added.email} added as {role}")


@group.command("token")
@click.option("--email", required=True, help="Whose token; it acts in the person's first open role.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help=f"One of: {', '.join(SCOPES)}. Repeatable."
)
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True)
@click.option("--label", default="", help="What it is for.")
def token(email: str, scopes: tuple[str, ...], days: int, label: str) -> None:
    """Print a new API token. Only its hash is kept: it is shown once."""
    chosen = tuple(scope for given in scopes for scope in given.replace(",", " ").split())
    with unit_of_work() as work:
        click.echo(issue_token(work, IssueToken(email, chosen, label, timedelta(days=days))))


@group.command("revoke-tokens")
@click.option("--email", required=True, help="Whose tokens.")
def revoke(email: str) -> None:
    """Revoke all API tokens of a person; they open nothing from now on."""
    with unit_of_work() as work:
        click.echo(f"{revoke_tokens(work, email)} tokens revoked")


@group.command("end-role")
@click.option("--email", required=True, help="Whose role.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Only this one; else all.")
def end_role(email: str, role: str | None) -> None:
    """Take a person's roles away. Sessions and tokens in them end at once."""
    with unit_of_work() as work:
        roles = [held for held in open_roles_of(work, email) if role in (None, held.role.value)]
        if not roles:
            raise NotFound(say("没有使用 {email} 且有有效角色的用户", email=email))
        for held in roles:
            end_membership(work, held.id)
            click.echo(f"{held.role.value} ended")


@group.command("reset-factors")
@click.option("--email", required=True, help="Whose PIN and authenticator.")
def reset(email: str) -> None:
    """Remove the PIN and authenticator of a person who lost their phone."""
    with unit_of_work() as work:
        removed = reset_factors(work, user_of(work, email).id)
    click.echo(f"{removed} second factors removed")


@group.command("networks")
@click.argument("slug")
@click.argument("networks", nargs=-1)
def networks(slug: str, networks: tuple[str, ...]) -> None:
    """Say from which NETWORKS (CIDR) the staff of the park SLUG may come in; none: from anywhere."""
    with unit_of_work() as work:
        park = limit_staff_to(work, park_of(work, slug), networks)
    click.echo(" ".join(park.staff_networks or ()) or "from anywhere")
