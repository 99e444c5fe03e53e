"""Every room's mapped classes, so that migrations and tests see the whole metadata."""

from app.entry import models as entry
from app.foundation.catalogue import models as catalogue
from app.foundation.core.models import Base
from app.foundation.files import models as files
from app.foundation.jobs import models as jobs
from app.foundation.keys import models as keys
from app.foundation.rulebook import models as rulebook
from app.foundation.trace import logs as trace_logs
from app.foundation.trace import models as trace
from app.oversight.agenda import models as agenda
from app.parties.accounts import models as accounts
from app.parties.accounts.confirming import models as confirming
from app.parties.licences import models as licences
from app.waste.clearances import models as clearances
from app.waste.consignments import models as consignments
from app.waste.registry import models as registry
from app.waste.registry.declaring import models as declaring
from app.waste.registry.planning import models as planning
from app.waste.storage import models as storage
from app.waste.storage import revoked_codes
from app.waste.storage.counting import models as counting
from app.waste.storage.upkeep import models as upkeep
from app.waste.storage.weighing import models as weighing

metadata = Base.metadata

__all__ = [
    "Base",
    "accounts",
    "agenda",
    "catalogue",
    "clearances",
    "confirming",
    "consignments",
    "counting",
    "declaring",
    "entry",
    "files",
    "jobs",
    "keys",
    "licences",
    "metadata",
    "planning",
    "registry",
    "revoked_codes",
    "rulebook",
    "storage",
    "trace",
    "trace_logs",
    "upkeep",
    "weighing",
]
