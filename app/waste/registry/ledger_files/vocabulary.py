"""The words of a reading: fields, reasons, warnings, kinds of lines. The values stand in API answers."""

from enum import StrEnum


class Field(StrEnum):
    """A column of an official ledger table (names as in domain-rules 15.6 and 15.10)."""

    BATCH_NO = "batch_no"
    EVENT_AT = "event_at"
    LOCAL_NAME = "local_name"
    WASTE_NAME = "waste_name"
    CATEGORY = "category"
    WASTE_CODE = "waste_code"
    QUANTITY = "quantity"
    UNIT = "unit"
    CONTAINER_CODE = "container_code"
    CONTAINER_KIND = "container_kind"
    CONTAINER_COUNT = "container_count"
    SOURCE_FACILITY = "source_facility"
    PRODUCER_OPERATOR = "producer_operator"
    DESTINATION = "destination"
    EVENT_CLOCK = "event_clock"
    """The time of day, where a ledger keeps it in a column beside the date."""
    STORAGE_FACILITY = "storage_facility"
    STORAGE_TYPE = "storage_type"
    MOVER = "mover"
    KEEPER = "keeper"
    GEN_BATCH = "gen_batch"
    IN_BATCH = "in_batch"
    OUT_BATCH = "out_batch"
    """Of tables B.4 and B.5; one column for both may hold a generation batch instead."""
    TREATMENT_FACILITY = "treatment_facility"
    TREATMENT_OPERATOR = "treatment_operator"
    METHOD_CODE = "method_code"
    FINISHED_AT = "finished_at"
    RECEIVER_KIND = "receiver_kind"
    RECEIVER_NAME = "receiver_name"
    LICENCE_NO = "licence_no"
    MONTH = "month"
    YEAR = "year"
    """Where a general-waste ledger keeps year and month in two columns."""
    WASTE_CLASS = "class"
    GENERATED = "generated"
    STORED = "stored"
    CUMULATIVE = "cumulative"
    OWN_USE_METHOD = "own_use_method"
    OWN_USE = "own_use"
    OUT_USE_METHOD = "out_use_method"
    OUT_USE = "out_use"
    OWN_DISPOSAL_METHOD = "own_disposal_method"
    OWN_DISPOSAL = "own_disposal"
    OUT_DISPOSAL_METHOD = "out_disposal_method"
    OUT_DISPOSAL = "out_disposal"
    OPERATOR = "operator"
    CARRIER = "carrier"
    PLATE = "plate"
    TRANSPORT_MODE = "transport_mode"
    RECEIVER = "receiver"
    FLOW_TYPE = "flow_type"
    STEP = "step"
    """Of general-waste table 1: 产生环节."""
    FORM = "form"
    MAIN_COMPONENTS = "main_components"
    HARMFUL_COMPONENTS = "harmful_components"
    ANNUAL = "annual"
    MOVED_AT = "moved_at"
    IN_AT = "in_at"
    IN_QUANTITY = "in_quantity"
    OUT_AT = "out_at"
    OUT_QUANTITY = "out_quantity"
    FACILITY = "facility"
    METHOD = "method"
    ROW = "row"
    """The row as a whole; no column."""


class Table(StrEnum):
    """A table of HJ 1259 annex B, or of the general-waste ledger guide (公告2021年第82号); in the order of the waste's way."""

    B1 = "B.1"
    B2 = "B.2"
    B3 = "B.3"
    B4 = "B.4"
    B5 = "B.5"
    GISW1 = "GISW.1"
    GISW2 = "GISW.2"
    GISW3 = "GISW.3"
    GISW4 = "GISW.4"
    GISW5 = "GISW.5"
    GISW6 = "GISW.6"
    GISW7 = "GISW.7"

    @property
    def is_hazardous(self) -> bool:
        """Of the hazardous-waste ledger."""
        return self.value.startswith("B")


class Reason(StrEnum):
    """Why a row is refused."""

    REQUIRED_MISSING = "required_missing"
    CODE_UNKNOWN = "code_unknown"
    CODE_AMBIGUOUS = "code_ambiguous"
    CODE_CATEGORY_MISMATCH = "code_category_mismatch"
    DATE_INVALID = "date_invalid"
    DATE_FUTURE = "date_future"
    DATE_ORDER = "date_order"
    MASS_NOT_A_NUMBER = "mass_not_a_number"
    MASS_NEGATIVE = "mass_negative"
    MASS_ZERO = "mass_zero"
    OVER_LIMIT = "over_limit"
    FORMULA_NO_VALUE = "formula_no_value"
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_CONFLICT = "unit_conflict"
    BATCH_FORMAT = "batch_format"
    CHECK_DIGIT = "check_digit"
    CONTAINER_CODE_INVALID = "container_code_invalid"
    CONTAINER_CODE_MISMATCH = "container_code_mismatch"
    COUNT_INVALID = "count_invalid"
    DUPLICATE = "duplicate"
    ROW_SHAPE = "row_shape"
    BATCH_UNKNOWN = "batch_unknown"
    SOURCE_MISMATCH = "source_mismatch"
    QUANTITY_EXCEEDS_SOURCE = "quantity_exceeds_source"
    TEXT_TOO_LONG = "text_too_long"
    FACILITY_UNKNOWN = "facility_unknown"
    METHOD_UNKNOWN = "method_unknown"
    CLASS_UNKNOWN = "class_unknown"
    FLOW_UNKNOWN = "flow_unknown"


class FileReason(StrEnum):
    """Why a whole file is refused."""

    EMPTY = "file_empty"
    NO_TABLE = "file_no_table"
    NO_ROWS = "file_no_rows"
    TYPE_MISMATCH = "file_type_mismatch"
    TYPE_UNSUPPORTED = "file_type_unsupported"
    ENCRYPTED = "file_encrypted"
    DAMAGED = "file_damaged"
    TOO_LARGE = "file_too_large"


class Caution(StrEnum):
    """Why the user should look at something that was accepted all the same."""

    CODE_CORRECTED = "code_corrected"
    CODE_NOT_LISTED = "code_not_listed"
    CATEGORY_FROM_CODE = "category_from_code"
    MASS_APPROXIMATE = "mass_approximate"
    MASS_ROUNDED = "mass_rounded"
    UNIT_OVERRIDES_HEADER = "unit_overrides_header"
    DATE_YEAR_FROM_TITLE = "date_year_from_title"
    DATE_TWO_DIGIT_YEAR = "date_two_digit_year"
    DATE_SERIAL = "date_serial"
    DATE_OUTSIDE_PERIOD = "date_outside_period"
    BATCH_DATE_DIFFERS = "batch_date_differs"
    CONTAINER_DATE_DIFFERS = "container_date_differs"
    QUANTITY_DIFFERS_SOURCE = "quantity_differs_source"
    BALANCE = "balance"
    TOTAL_MISMATCH = "total_mismatch"
    ROW_HIDDEN = "row_hidden"
    SHEET_HIDDEN = "sheet_hidden"
    SHEET_IGNORED = "sheet_ignored"


class LineKind(StrEnum):
    """What a line is that holds no data."""

    TITLE = "title"
    INFO = "info"
    HEADER = "header"
    HEADER_REPEAT = "header_repeat"
    BLANK = "blank"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    NOTE = "note"


class UnreadableFile(Exception):
    """The file can't be read whole, so nothing of it is."""

    def __init__(self, reason: FileReason) -> None:
        super().__init__(reason.value)
        self.reason = reason
