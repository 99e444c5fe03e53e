"""`flask storage check`: every rule on stores, over everything that stands in them."""

import json
from collections import Counter

import click

from app.cli.commands import Commands
from app.entry.language import rendered
from app.entry.work import reading
from app.foundation.rulebook.assessment import RuleFinding
from app.waste.storage.sweep import sweep

group = Commands("storage", help="Stores and what stands in them.")


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line a finding.")
def check(as_json: bool) -> None:
    """Run every rule on sites, facilities, zones and each container; print what is wrong.

    Exit status 0 however much is found: findings are for people, not for scripts.
    """
    counts: Counter[str] = Counter()
    examples: dict[str, RuleFinding] = {}
    with reading() as work:
        for finding in sweep(work):
            counts[finding.rule_id] += 1
            examples.setdefault(finding.rule_id, finding)
            if as_json:
                click.echo(json.dumps(finding.as_json(), ensure_ascii=False))
    if not as_json:
        for rule_id, count in counts.most_common():
            example = examples[rule_id]
            click.echo(f"{count:6}  {example.severity.value:9}  {rule_id}: {rendered(example.text())}")
        click.echo(f"{counts.total()} findings by {len(counts)} rules")
