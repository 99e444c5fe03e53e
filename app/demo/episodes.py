"""Single things that happen at the paint maker's and a neighbour's: own use, a leak, a typing error, a count, an exemption."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from app.demo.firms import BY_KEY, stream_of
from app.demo.history import Drum, Result, Story
from app.demo.plans import OWN_FACILITY
from app.foundation.core.clock import instant_at
from app.foundation.core.units import Grams
from app.foundation.core.work import Work
from app.waste.registry.commands import CorrectPosting
from app.waste.registry.models import Posting
from app.waste.registry.operations.exemptions import ClaimExemption, claim_exemption, exemptions_of
from app.waste.storage.commands import (
    NewPackage,
    PrintLabel,
    RepackContainer,
    ReportDamage,
    TreatContainer,
)
from app.waste.storage.counting.closing import close_count
from app.waste.storage.counting.commands import CloseCount, CountContainer, StartCount
from app.waste.storage.counting.operations import count_container, start_count
from app.waste.storage.counting.queries import count_rows
from app.waste.storage.operations.corrections import correct_posting
from app.waste.storage.operations.filling import report_damage
from app.waste.storage.operations.labels import print_label
from app.waste.storage.operations.repacking import repack_container
from app.waste.storage.operations.treating import treat_container

FIRM: Final = "qingwu"
SHORT: Final = Grams(2_000)
"""What the count finds missing of one drum of paint sludge."""


class Episodes:
    """Tells each on its day before the anchor."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.days: Mapping[int, Callable[[datetime], None]] = {
            75: self._recover_solvent,
            48: self._recover_solvent,
            33: self._claim_exemption,
            21: self._recover_solvent,
            17: self._repack,
            6: self._recover_solvent,
            5: self._correct,
            4: self._count,
        }

    def day(self, day: date) -> None:
        """What happens on a day besides the ordinary."""
        episode = self.days.get((self.story.anchor - day).days)
        if episode is not None:
            episode(instant_at(day, 14, 20))

    def _recover_solvent(self, at: datetime) -> None:
        """The oldest drum of solvent goes into the firm's own still."""
        [drum] = self.story.take(FIRM, "solvent", 1)
        command = TreatContainer("R2", OWN_FACILITY, "周予安")
        self._act(at, lambda work: treat_container(work, drum.id, command))

    def _claim_exemption(self, at: datetime) -> None:
        """Waste circuit boards: their transport is exempt, on its condition."""
        stream_id = self.story.demo.streams["hanlu", "boards"].id

        def claim(work: Work) -> None:
            transport = next(row for row in exemptions_of(work, stream_id) if row.row.stage == "运输")
            evidence = "承运车辆为封闭厢式货车，防雨、防渗漏、防遗撒；现场核对记录 2 份"
            claim_exemption(work, stream_id, ClaimExemption(transport.number, True, evidence))

        self.story.act(BY_KEY["hanlu"].person, at, claim)

    def _repack(self, at: datetime) -> None:
        """A drum of sludge leaks at its seam and goes into a new one."""
        held = self.story.stock[FIRM, "sludge"]
        place = len(held) // 2
        drum, stream = held[place], stream_of(FIRM, "sludge")
        self._act(at, lambda work: report_damage(work, drum.id, ReportDamage("桶底焊缝渗漏，已垫防漏托盘")))
        package = NewPackage(
            stream.package,
            stream.volume_l * 1_000,
            Grams(18_200),
            local_label=f"{BY_KEY[FIRM].initials}-A2-R001",
            package_type_id=self.story.demo.package_of(FIRM, stream),
        )
        child = self._act(
            at + timedelta(minutes=35), lambda work: repack_container(work, drum.id, RepackContainer(package))
        )
        self._print(child.id, at + timedelta(minutes=40))
        held[place] = Drum(child.id, child.code, stream, drum.net)

    def _correct(self, at: datetime) -> None:
        """A weight was typed with two digits in the wrong order."""
        drum = self.story.stock[FIRM, "oil"][-1]
        right = Grams(drum.net - 1_800)

        def correct(work: Work) -> None:
            posting_id = work.session.scalars(
                select(Posting.id).where(Posting.container_id == drum.id).order_by(Posting.id)
            ).first()
            assert posting_id is not None
            correct_posting(work, posting_id, CorrectPosting("秤面读数录入错位，按称重照片更正", right))

        self._act(at, correct)
        self._print(drum.id, at + timedelta(minutes=4))
        drum.net = right

    def _count(self, at: datetime) -> None:
        """The whole store is counted; one drum weighs a little less than the ledger says."""
        facility = self.story.demo.facilities[FIRM, "TS001"]
        light = self.story.stock[FIRM, "sludge"][0]
        count = self._act(at, lambda work: start_count(work, StartCount(facility.id)))

        def scan_all(work: Work) -> None:
            for row in count_rows(work, count.id):
                mass = Grams(light.net - SHORT) if row.container.id == light.id else None
                reason = "挥发损失，桶盖已更换" if mass else ""
                command = CountContainer(row.container.code, mass=mass, explanation=reason)
                count_container(work, count.id, command)

        self._act(at + timedelta(minutes=70), scan_all)
        self._act(at + timedelta(minutes=85), lambda work: close_count(work, count.id, CloseCount()))
        light.net = Grams(light.net - SHORT)
        self._print(light.id, at + timedelta(minutes=95))

    def _print(self, container_id: UUID, at: datetime) -> None:
        story = self.story
        self._act(
            at,
            lambda work: print_label(
                work, container_id, PrintLabel("信息更正"), keyring=story.keyring, public_url=story.public_url
            ),
        )

    def _act(self, at: datetime, what: Callable[[Work], Result]) -> Result:
        return self.story.act(BY_KEY[FIRM].person, at, what)
