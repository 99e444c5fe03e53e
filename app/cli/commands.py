"""What all command groups share: a refusal is a sentence and exit status 1, never a traceback."""

from typing import Any

import click
from flask.cli import AppGroup

from app.foundation.catalogue.codes import CodeProblem
from app.foundation.core.errors import DomainError, InvalidInput


class Commands(AppGroup):
    """A group whose commands end in words when the domain refuses."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except InvalidInput as refusal:
            lines = [f"{problem.pointer}: {problem.text}" for problem in refusal.problems]
            raise click.ClickException("\n".join(lines)) from refusal
        except CodeProblem as refusal:
            raise click.ClickException(str(refusal.text)) from refusal
        except DomainError as refusal:
            raise click.ClickException(str(refusal.text)) from refusal
