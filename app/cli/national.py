"""`flask national import`: a file of the national system compared with a firm's consignments, and brought in."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from app.cli.commands import Commands
from app.entry.national_files import national_command, national_json
from app.entry.work import house, reading
from app.parties.accounts.queries import organisation_of
from app.waste.consignments.national.operations import import_national, judge_national

group = Commands("national", help="Files of the national manifest system.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, metavar="CODE", help="Unified social credit code.")
@click.option("--accept", is_flag=True, help="Write what agrees; without it nothing is stored.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
def import_(file: Path, organisation: str, accept: bool, as_json: bool) -> None:
    """Compare an export of the national system (XLSX or CSV) with a firm's consignments; write what agrees.

    Exit status 0: every line agrees or was written. 1: some don't, the report says which cell and how to mend it.
    """
    size = file.stat().st_size
    content = file.read_bytes() if size <= house().config.max_upload_bytes else b""
    command = national_command(content, file.name)
    with reading() as work:
        actor = replace(work.actor, organisation_id=organisation_of(work, organisation).id)
    with house().database.reading(actor) as work:
        verdict = judge_national(work, command)
    stored = accept and bool(verdict.effects)
    if stored:
        with house().database.writing(actor) as work:
            _, verdict = import_national(work, command)
    answer = national_json(verdict) | {"stored": stored}
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _tell(answer)
    sys.exit(1 if verdict.fault or verdict.conflicts else 0)


def _tell(answer: dict[str, Any]) -> None:
    if fault := answer["file_problem"]:
        click.echo(f"file: {fault['text']}; {fault['mend']}", err=True)
    done = "written" if answer["stored"] else "to write"
    click.echo(
        f"{answer['number_count']} numbers and {answer['confirmed_count']} confirmations {done}, "
        f"{answer['same_count']} lines agree, {answer['conflict_count']} don't"
    )
    for line in answer["lines"]:
        for problem in line["problems"]:
            place = f"{line['sheet']} {problem['cell']}".strip()
            click.echo(f"{place}: {problem['text']}; {problem['mend']}", err=True)
