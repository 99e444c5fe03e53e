"""axe-core over a page: the accessibility faults a machine can find (WCAG 2 A and AA)."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).parent / "vendor" / "axe.min.js"
RUN = """(but) => axe.run({exclude: [".swagger-ui"]}, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    resultTypes: ["violations"], preload: false,
    rules: Object.fromEntries(but.map(rule => [rule, {enabled: false}]))})
    .then(found => found.violations.flatMap(
        rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`)))"""


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8")


def axe_violations(page: Page, *, but: Sequence[str] = ()) -> list[str]:
    """One line per faulty element, `rule: place: what to mend`; empty when the page is clean.

    Args:
        but: rules to leave out, where they have been tried on the same page already.

    What Swagger UI draws inside our page of the API is its makers' and left out.
    """
    # Through the debugger, so that the page's Content-Security-Policy stays as strict as it is.
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    return list(page.evaluate(RUN, list(but)))
