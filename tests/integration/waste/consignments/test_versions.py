"""Versions of the signed document as papers to be read: words, names, masses, and what differs from the one before."""

import json
from html import unescape

import pytest

from app.waste.consignments.fields import BY_PATH
from app.waste.consignments.queries import papers_for
from app.waste.consignments.revisions.queries import versions_of
from app.waste.consignments.signing import manifest_facts
from app.web.consignments.versions import CONTAINER, LINE, WHOLE, papers_of
from tests.integration.waste.consignments.test_revisions import answer, ask
from tests.integration.waste.consignments.world import PRODUCER

ASIDE = {"lines", "containers", "opinions", "line_number", "code"}
"""Keys that hold parts or name them."""


@pytest.fixture
def corrected(world):
    """A trip of two drums whose method and first mass were corrected by consent; with that drum."""
    drums = world.drums(2)
    trip = world.departed(drums)
    changes = {"planned_method": "R15", f"containers__{drums[0].code}__sent_mass": "190.000"}
    revision = ask(world, world.consignor, trip, **changes)
    for actor in (world.carrier, world.consignee):
        answer(world, actor, trip, revision)
    return trip, drums


def read(world, trip):
    with world.seeing(world.carrier) as work:
        return papers_of(work, versions_of(work, papers_for(work, trip.id).consignment))


def told(part):
    return {
        str(entry.words): (str(entry.value), entry.before and str(entry.before)) for entry in part.entries
    }


def test_every_fact_that_is_signed_has_words(world):
    trip = world.departed()
    with world.seeing(world.carrier) as work:
        facts = manifest_facts(papers_for(work, trip.id))

    assert set(facts) - ASIDE == set(WHOLE)
    assert set(facts["lines"][0]) - ASIDE <= set(LINE)
    assert set(facts["containers"][0]) - ASIDE == set(CONTAINER)


def test_a_version_names_firms_people_and_masses_and_marks_what_changed(world, corrected):
    trip, drums = corrected
    second, first = read(world, trip)

    whole = told(second.whole)
    assert whole["移出人"] == (f"青梧涂料有限公司（{PRODUCER}）", None)
    assert whole["拟利用处置方式"][0].startswith("R15 ")
    assert whole["拟利用处置方式"][1].startswith("R2 ")
    assert whole["移出量合计"] == ("376.400 kg", "372.800 kg")
    assert "（" in whole["驾驶员"][0], "the name before the certificate"
    (line,) = second.lines
    assert told(line)["移出质量"] == ("376.400 kg", "372.800 kg")
    changed = [part for part in second.containers if part.is_changed]
    assert [str(part.title) for part in changed] == [drums[0].code]
    assert told(changed[0])["移出质量"] == ("190.000 kg", "186.400 kg")
    assert (first.change_count, second.change_count) == (0, 3)
    assert not any(entry.before for entry in first.whole.entries)


def test_the_page_shows_the_paper_and_keeps_the_text_that_was_hashed(world, corrected, client_of):
    trip, _drums = corrected
    page = unescape(client_of(world.carrier.user_id).get(f"/consignments/{trip.number}/revisions").text)
    newest, oldest = read(world, trip)

    assert newest.text in page
    assert oldest.text in page
    assert '<mark class="fw6">376.400 kg</mark>' in page
    assert "<del>372.800 kg</del>" in page
    assert json.loads(newest.text)["planned_method"] == "R15"
    assert page.count("与上一版不同") == 2, "the note of the card, and the newest version alone"
    assert str(BY_PATH["emergency_measures"].words) in page
