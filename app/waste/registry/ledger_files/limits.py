"""How much a ledger file may ask of us. Above any of these it is `file_too_large` (platform settings)."""

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_UNPACKED_BYTES = 500 * 1024 * 1024
MAX_PACKING_RATIO = 250
"""Real sheets pack 5 to 40 times; only parts above `SMALL_PART_BYTES` are measured."""
SMALL_PART_BYTES = 10 * 1024 * 1024
MAX_ARCHIVE_PARTS = 5_000
MAX_SHEETS = 200
MAX_ROWS = 200_000
"""Lines with anything in them, over all sheets that are read."""
BACKGROUND_LINES = 5_000
"""A file with more lines than this is brought in in the background (a multiple of `LINES_TOLD`)."""
LINES_TOLD = 250
"""How often the reading tells how far it is."""
MAX_LINES = 1_048_576
"""Lines of one sheet, blank ones too: what a spreadsheet can show."""
MAX_COLUMNS = 256
"""Cells further right are no part of any ledger table."""
MAX_CELL_CHARACTERS = 32_767
"""What a spreadsheet cell can hold."""
MAX_TEXT_CHARACTERS = 200
"""Of a name, a facility or a destination: what fits on a label and into the ledger."""
MAX_MERGES = 100_000
MAX_LINES_ABOVE_TABLE = 60
MAX_BLANKS_LISTED = 1_000
"""Blank lines in one gap that are listed as skipped; a longer gap is one stray cell far below."""

CHILD_MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space of the process that opens workbooks."""
CHILD_CPU_SECONDS = 90
CHILD_WALL_SECONDS = 300

MAX_CONTAINER_GRAMS = 60_000_000
"""60 t in one container is the most anybody moves on a road."""
MAX_CONTAINER_COUNT = 1_000_000
"""Far above any count; keeps nonsense out of INTEGER columns."""
