"""Border shapes of the acts between loading and arrival, of rounds and of the track."""

from typing import Any, Final

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import (
    ChoiceField,
    DayField,
    IdField,
    InputSchema,
    InstantField,
    KilogramsField,
    WholeNumberField,
    WordsField,
)
from app.foundation.core.text import say
from app.waste.consignments.commands import road as commands
from app.waste.consignments.models import IncidentKind
from app.waste.consignments.operations.content import MAX_CONTAINERS
from app.waste.consignments.queries.rounds import MAX_ROUNDS
from app.waste.consignments.schemas.base import (
    MAX_CODE,
    MAX_REASON,
    OverridableSchema,
    SeenSchema,
    SigningSchema,
    without_signature,
)
from app.waste.consignments.workflow import ConsignmentState, Party
from app.waste.registry.methods import METHODS

MAX_PLACE: Final = 200
MAX_POINTS: Final = 1_000
FULL_TURN: Final = 180_000_000
"""Millionths of a degree."""
CHOOSE_POINTS: Final = say("一次上传 1 至 1000 个位置")
"""As many as MAX_POINTS says."""


class LegPlanSchema(InputSchema):
    """A later carrier of a way with several. Submitting needs everything but the escort."""

    carrier_id = IdField(required=True)
    vehicle_id = IdField(load_default=None, allow_none=True)
    driver_id = IdField(load_default=None, allow_none=True)
    escort_id = IdField(load_default=None, allow_none=True)
    place = WordsField(MAX_PLACE, load_default="", metadata={"description": "Where the load changes hands"})
    planned_at = InstantField(load_default=None, allow_none=True, metadata={"description": "When"})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.LegPlan:
        return commands.LegPlan(**data)


class RefuseToCarrySchema(SeenSchema):
    reason = WordsField(MAX_REASON, blank=False, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.RefuseToCarry:
        return commands.RefuseToCarry(**data)


class ReopenConsignmentSchema(SeenSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.ReopenConsignment:
        return commands.ReopenConsignment(**data)


class TakeOverSchema(SigningSchema):
    """Vehicle and crew are as planned where nothing is said."""

    verified = fields.List(
        ChoiceField(commands.Verified),
        required=True,
        metadata={"description": "What the carrier verified; all three are needed (HWTM 17)"},
    )
    place = WordsField(MAX_PLACE, load_default="")
    vehicle_id = IdField(load_default=None, allow_none=True)
    driver_id = IdField(load_default=None, allow_none=True)
    escort_id = IdField(load_default=None, allow_none=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.TakeOver:
        return commands.TakeOver(**without_signature(data) | {"verified": frozenset(data["verified"])})


class StoreOnTheWaySchema(SeenSchema):
    site_id = IdField(
        required=True, metadata={"description": "A site of a firm licensed to store this waste"}
    )
    reason = WordsField(MAX_PLACE, blank=False, required=True)
    until_on = DayField(required=True, metadata={"description": "The day it is meant to go on"})

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.StoreOnTheWay:
        return commands.StoreOnTheWay(**data)


class ResumeTransportSchema(SeenSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.ResumeTransport:
        return commands.ResumeTransport(**data)


class ReportIncidentSchema(SeenSchema):
    kind = ChoiceField(IncidentKind, required=True)
    place = WordsField(MAX_PLACE, blank=False, required=True)
    description = WordsField(MAX_REASON, blank=False, required=True)
    occurred_at = InstantField(
        load_default=None, allow_none=True, metadata={"description": "Now if not given"}
    )
    authority_note = WordsField(
        MAX_PLACE, load_default="", metadata={"description": "Which authority was told, and its reference"}
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.ReportIncident:
        return commands.ReportIncident(**data)


class SettleIncidentSchema(SeenSchema):
    lost = fields.Dict(
        keys=WordsField(MAX_CODE, blank=False),
        values=KilogramsField(),
        load_default=dict,
        validate=validate.Length(max=MAX_CONTAINERS),
        metadata={
            "description": "Kilograms lost by code, short code or id; containers not named are recovered"
        },
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.SettleIncident:
        return commands.SettleIncident(**data)


class CloseIncidentSchema(SeenSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.CloseIncident:
        return commands.CloseIncident(**data)


class DivertConsignmentSchema(OverridableSchema):
    consignee_id = IdField(required=True)
    consignee_site_id = IdField(required=True)
    due_on = DayField(required=True)
    reason = WordsField(MAX_REASON, blank=False, required=True)
    planned_method = fields.String(
        load_default="",
        validate=validate.OneOf(["", *METHODS]),
        metadata={"description": "The planned one stays where none is given"},
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.DivertConsignment:
        return commands.DivertConsignment(**data)


class CloseConsignmentSchema(SeenSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.CloseConsignment:
        return commands.CloseConsignment(**data)


class CreateRoundSchema(InputSchema):
    """One vehicle that collects from several consignors on a day."""

    vehicle_id = IdField(required=True)
    driver_id = IdField(required=True)
    escort_id = IdField(load_default=None, allow_none=True)
    planned_on = DayField(required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.CreateRound:
        return commands.CreateRound(**data)


class ChangeStopSchema(SeenSchema):
    consignment = WordsField(
        MAX_CODE,
        blank=False,
        required=True,
        metadata={"description": "Own or national number, short code or id"},
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.ChangeStop:
        return commands.ChangeStop(**data)


class EndRoundSchema(SeenSchema):
    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.EndRound:
        return commands.EndRound(**data)


class PositionSchema(InputSchema):
    """A position in WGS-84; whole millionths of a degree, north and east positive."""

    at = InstantField(required=True)
    latitude_e6 = WholeNumberField(-FULL_TURN // 2, FULL_TURN // 2, required=True)
    longitude_e6 = WholeNumberField(-FULL_TURN, FULL_TURN, required=True)

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> commands.Position:
        return commands.Position(**data)


class TrackSchema(InputSchema):
    """A batch of positions; those of an instant that is known already change nothing."""

    points = fields.List(
        fields.Nested(PositionSchema),
        required=True,
        validate=validate.Length(min=1, max=MAX_POINTS, error=CHOOSE_POINTS.msgid),
    )


class TrackListSchema(Schema):
    """Which positions: those after an instant."""

    after = InstantField(load_default=None, metadata={"description": "`next_cursor` of the page before"})
    limit = fields.Integer(load_default=MAX_POINTS, validate=validate.Range(min=1, max=MAX_POINTS))


class RoundListSchema(Schema):
    """A page of rounds."""

    cursor = fields.UUID(load_default=None, metadata={"description": "`next_cursor` of the page before"})
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=MAX_ROUNDS))


# --- Out ---


class IncidentSchema(Schema):
    """Something that went wrong on the way."""

    id = fields.UUID(required=True)
    kind = fields.Enum(IncidentKind, by_value=True, required=True)
    reported_by = fields.Enum(Party, by_value=True, required=True)
    place = fields.String(required=True)
    description = fields.String(required=True)
    authority_note = fields.String(required=True)
    occurred_at = fields.AwareDateTime(required=True)
    reported_at = fields.AwareDateTime(required=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    lost_mass = KilogramsField(data_key="lost_mass_kg", required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class DiversionSchema(Schema):
    """A load that went elsewhere than its manifest said."""

    from_consignee_id = fields.UUID(attribute="diversion.from_consignee_id", required=True)
    from_name = fields.String(required=True)
    to_consignee_id = fields.UUID(attribute="diversion.to_consignee_id", required=True)
    to_name = fields.String(required=True)
    reason = fields.String(attribute="diversion.reason", required=True)
    diverted_at = fields.AwareDateTime(attribute="diversion.diverted_at", required=True)


class WaySchema(Schema):
    """What happened between loading and arrival, each in its order."""

    incidents = fields.List(fields.Nested(IncidentSchema), required=True)
    diversions = fields.List(fields.Nested(DiversionSchema), required=True)


class TrackPointSchema(Schema):
    at = fields.AwareDateTime(required=True)
    latitude_e6 = fields.Integer(required=True)
    longitude_e6 = fields.Integer(required=True)


class TrackPageSchema(Schema):
    items = fields.List(fields.Nested(TrackPointSchema), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class TrackKeptSchema(Schema):
    added = fields.Integer(required=True, metadata={"description": "Positions that were not known yet"})
    known = fields.Integer(required=True)


class ConsignmentLegSchema(Schema):
    """One carrier's part of a way with several."""

    position = fields.Integer(required=True)
    carrier_id = fields.UUID(required=True)
    vehicle_id = fields.UUID(required=True, allow_none=True)
    driver_id = fields.UUID(required=True, allow_none=True)
    escort_id = fields.UUID(required=True, allow_none=True)
    place = fields.String(required=True)
    planned_at = fields.AwareDateTime(required=True, allow_none=True)
    store_site_id = fields.UUID(required=True, allow_none=True)
    stored_at = fields.AwareDateTime(required=True, allow_none=True)
    store_until = fields.Date(required=True, allow_none=True)
    store_reason = fields.String(required=True)
    taken_over_at = fields.AwareDateTime(required=True, allow_none=True)
    verified = fields.List(fields.String(validate=validate.OneOf([*commands.Verified])), required=True)


class RoundStopSchema(Schema):
    """A consignment of a round."""

    id = fields.UUID(attribute="consignment.id", required=True)
    number = fields.String(attribute="consignment.number", required=True)
    stop = fields.Integer(attribute="consignment.round_stop", required=True)
    state = fields.Enum(ConsignmentState, by_value=True, attribute="consignment.state", required=True)
    consignor_name = fields.String(attribute="consignor.short_name", required=True)
    consignee_name = fields.String(attribute="consignee.short_name", required=True)
    container_count = fields.Integer(attribute="consignment.container_count", required=True)
    sent_mass = KilogramsField(data_key="sent_mass_kg", attribute="consignment.sent_mass", required=True)


class CollectionRoundSchema(Schema):
    id = fields.UUID(required=True)
    number = fields.String(required=True)
    carrier_id = fields.UUID(required=True)
    vehicle_id = fields.UUID(required=True)
    driver_id = fields.UUID(required=True)
    escort_id = fields.UUID(required=True, allow_none=True)
    planned_on = fields.Date(required=True)
    created_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class ShownRoundSchema(Schema):
    """A round with its stops in order, what they weigh together, and the next one."""

    round = fields.Nested(CollectionRoundSchema, required=True)
    plate = fields.String(required=True)
    approved_load = KilogramsField(data_key="approved_load_kg", required=True)
    total = KilogramsField(data_key="load_kg", required=True)
    stops = fields.List(fields.Nested(RoundStopSchema), required=True)
    next_stop = fields.String(
        required=True, allow_none=True, metadata={"description": "Number of the consignment to pick up next"}
    )


class RoundPageSchema(Schema):
    items = fields.List(fields.Nested(CollectionRoundSchema), required=True)
    next_cursor = fields.UUID(required=True, allow_none=True)
