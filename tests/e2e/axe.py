"""axe-core over a page: the accessibility faults a machine can find (WCAG 2 A and AA)."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).parent / "vendor" / "axe.min.js"
RUN = """(only) => axe.run({exclude: [".swagger-ui"]}, {
    runOnly: only.length ? {type: "rule", values: only}
        : ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    resultTypes: ["violations"], preload: false})
    .then(found => found.violations.flatMap(
        rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`)))"""
WORDS = (
    "aria-command-name", "aria-dialog-name", "aria-input-field-name", "aria-meter-name", "aria-progressbar-name",
    "aria-toggle-field-name", "button-name", "document-title", "empty-heading", "empty-table-header", "frame-title",
    "html-has-lang", "html-lang-valid", "image-alt", "image-redundant-alt", "input-button-name", "label",
    "landmark-unique", "link-name", "select-name", "summary-name", "svg-img-alt", "target-size", "valid-lang",
)  # fmt: skip
"""The rules whose verdict hangs on the words of a page; the others see the same in every language."""


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8")


def axe_violations(page: Page, *, only: Sequence[str] = ()) -> list[str]:
    """One line per faulty element, `rule: place: what to mend`; empty when the page is clean.

    Args:
        only: the rules to try, e.g. `WORDS` where the rest has been tried on the same page already; else all.

    What Swagger UI draws inside our page of the API is its makers' and left out.
    """
    # Through the debugger, so that the page's Content-Security-Policy stays as strict as it is.
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    return list(page.evaluate(RUN, list(only)))
