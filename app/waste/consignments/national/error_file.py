"""The lines that were not silently taken, as they were written, each with what is wrong and how to mend it.

The titles stay and the remarks stand to the right, so that the file can be mended and brought in again as it is.
"""

from app.foundation.core.text import say
from app.foundation.documents.annotated_sheet import AnnotatedBook
from app.waste.consignments.national.operations import NationalVerdict
from app.waste.registry.error_file import Words


def national_error_file(verdict: NationalVerdict, words: Words) -> bytes:
    """An XLSX file of the lines with conflicts, sheet by sheet."""
    book = AnnotatedBook()
    titles = [words(say("原因")), words(say("怎么改"))]
    for sheet, header in (verdict.headers or {}).items():
        rows = [match for match in verdict.conflicts if match.row.sheet == sheet]
        if not rows:
            continue
        width = max(len(header), *(len(match.row.written) for match in rows))
        book.begin_sheet(sheet or words(say("联单")), width)
        book.line(header, is_heading=True, remarks=titles, remarks_at=width)
        for match in rows:
            book.line(
                match.row.written,
                wrong={
                    match.row.columns[problem.column]
                    for problem in match.problems
                    if problem.column in match.row.columns
                },
                remarks=[
                    "\n".join(words(problem.text) for problem in match.problems),
                    "\n".join(words(problem.mend) for problem in match.problems),
                ],
                remarks_at=width,
            )
    return book.finished()
