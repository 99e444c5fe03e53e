"""Who does which kind of job, and what each is called."""

from collections.abc import Mapping
from typing import Final

from app.foundation.core.text import Text, say
from app.jobs.consignment_exports import CONSIGNMENT_EXPORT, list_in_background
from app.jobs.ledger_exports import LEDGER_EXPORT, export_in_background
from app.jobs.ledger_imports import LEDGER_IMPORT, import_in_background
from app.jobs.running import Handler

HANDLERS: Final[Mapping[str, Handler]] = {
    LEDGER_IMPORT: import_in_background,
    LEDGER_EXPORT: export_in_background,
    CONSIGNMENT_EXPORT: list_in_background,
}
JOB_WORDS: Final[Mapping[str, Text]] = {
    LEDGER_IMPORT: say("导入台账"),
    LEDGER_EXPORT: say("导出台账"),
    CONSIGNMENT_EXPORT: say("导出联单"),
}
"""What each kind of job is called on screens."""
