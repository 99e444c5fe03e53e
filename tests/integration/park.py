"""The demo park on its first morning: its firms, people, licences and zones, and nothing in store yet."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from app.demo.clearances import sign_contracts
from app.demo.setting_up import DemoPark, license_and_equip, set_up
from app.foundation.core.clock import local_day
from app.foundation.core.database import Database
from app.foundation.core.work import Actor
from app.foundation.files.operations import FileStore
from app.foundation.keys.models import KeyPurpose
from app.foundation.keys.operations import Keyring, new_key
from app.waste.registry.planning.models import ManagementPlan
from app.waste.storage.queries import container_for
from tests.factories.plans import filed_plan

LEDGER_FILE: Final = Path(__file__).parents[1] / "data" / "ledgers" / "hw-b1-clean.xlsx"
"""The ledger of 澄湖示例涂料, which has just joined: 120 rows, all right."""

DRUM: Final = "91339901MA2XN101739004020620261001001"
"""The ledger's first row: a drum of 171 kg of 洗枪废溶剂."""

DRUM_CODE: Final = "900-402-06"

NATIONAL_NUMBER: Final = "20269901000777"
"""Of the unassigned province 99."""

COMPLETE: Final = {
    "form": "L",
    "hazards": ["T", "I", "R"],
    "main_components": "乙酸丁酯、二甲苯",
    "harmful_components": "二甲苯",
    "precautions": "密闭存放，远离火源与氧化剂；泄漏时用吸附棉收集",
}
"""What a ledger does not say of the waste and its label must."""


def first_morning(database: Database, keyring: Keyring) -> DemoPark:
    """Set the park up a year back, so that licences and people are there today."""
    now = datetime.now(UTC)
    with database.writing(Actor.system()) as work:
        new_key(work, keyring, KeyPurpose.QR)
    demo = set_up(database, now - timedelta(days=366))
    license_and_equip(database, demo, now - timedelta(days=30))
    today = local_day(now)
    with TemporaryDirectory() as folder:  # nobody reads the contracts' papers here
        sign_contracts(database, demo, FileStore(Path(folder)), today - timedelta(days=20), today)
    return demo


def plan_for_the_drum(database: Database, demo: DemoPark) -> ManagementPlan:
    """The filed plan that lets the drum go to 云栈; once the ledger is in."""
    with database.reading(demo.actors["qian"]) as work:
        stream_id = container_for(work, DRUM).stream_id
    receivers = {stream_id: [demo.organisations["yunzhan"].name]}
    return filed_plan(database, demo.actors["qian"], demo.sites["chenghu"].id, receivers)
