"""Every room's mapped classes, so that migrations and tests see the whole metadata."""

from app.entry import models as entry
from app.foundation.catalogue import models as catalogue
from app.foundation.core.models import Base
from app.foundation.files import models as files
from app.foundation.keys import models as keys
from app.foundation.rulebook import models as rulebook
from app.foundation.trace import models as trace
from app.parties.accounts import models as accounts
from app.parties.licences import models as licences
from app.waste.consignments import models as consignments
from app.waste.registry import models as registry
from app.waste.storage import models as storage

metadata = Base.metadata

__all__ = [
    "Base",
    "accounts",
    "catalogue",
    "consignments",
    "entry",
    "files",
    "keys",
    "licences",
    "metadata",
    "registry",
    "rulebook",
    "storage",
    "trace",
]
