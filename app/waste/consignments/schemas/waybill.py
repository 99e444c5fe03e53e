"""Border shapes of the dangerous-goods waybill."""

import re
from typing import Any, Final

from marshmallow import Schema, fields, post_load, validate

from app.foundation.core.fields import ChoiceField, InputSchema, WholeNumberField, WordsField, messages
from app.foundation.core.text import say
from app.waste.consignments.commands.waybill import GoodsOfLine, RecordWaybill
from app.waste.consignments.goods import (
    MAX_SHIPPING_NAME,
    MAX_WAYBILL,
    UN_NUMBER,
    GoodsClass,
    PackingGroup,
)
from app.waste.consignments.schemas.base import SeenSchema
from app.waste.consignments.schemas.receipt import MAX_LINES

TUNNEL: Final = r"-|[B-E]([0-9]{1,4}[B-E])?(/[B-E])?"


class PatternField(WordsField):
    """A code of a fixed form, tidied: capitals without spaces."""

    default_error_messages = messages(form=say("填写的值不对，请改正"))

    def __init__(self, longest: int, form: str, **kwargs: Any) -> None:
        self.form = form
        metadata = {"pattern": f"^({form})$", **kwargs.pop("metadata", {})}
        super().__init__(longest, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        typed = super()._deserialize(value, attr, data, **kwargs)
        code = self.tidied("".join(typed.upper().split()))
        if not re.fullmatch(self.form, code, re.ASCII):
            raise self.make_error("form")
        return code

    def tidied(self, code: str) -> str:
        return code


class UnNumberField(PatternField):
    """UN and four digits; the digits alone will do."""

    default_error_messages = messages(form=say("联合国编号是 UN 加 4 位数字，如 UN1993"))

    def tidied(self, code: str) -> str:
        return code if code.startswith("UN") else f"UN{code}"


class TunnelField(PatternField):
    default_error_messages = messages(form=say("隧道通行限制代码如 D/E、C/D；没有限制填 -"))


class DangerousGoodsSchema(Schema):
    """A waste as its waybill names it (JT/T 617.5)."""

    un_number = fields.String(required=True)
    shipping_name = fields.String(required=True)
    goods_class = fields.Enum(GoodsClass, by_value=True, required=True)
    subsidiary_hazards = fields.List(fields.String(validate=validate.OneOf([*GoodsClass])), required=True)
    packing_group = fields.Enum(PackingGroup, by_value=True, required=True)
    tunnel_code = fields.String(required=True)


class GoodsOfLineSchema(InputSchema):
    """What the waybill says of one line of the manifest."""

    line_number = WholeNumberField(1, MAX_LINES, required=True)
    un_number = UnNumberField(12, UN_NUMBER, blank=False, required=True, metadata={"example": "UN1993"})
    shipping_name = WordsField(
        MAX_SHIPPING_NAME,
        blank=False,
        required=True,
        metadata={"description": "Proper shipping name; that of a waste begins with 废弃物"},
    )
    goods_class = ChoiceField(GoodsClass, required=True)
    subsidiary_hazards = fields.List(
        ChoiceField(GoodsClass), load_default=list, validate=validate.Length(max=len(GoodsClass))
    )
    packing_group = ChoiceField(PackingGroup, required=True)
    tunnel_code = TunnelField(
        10, f"({TUNNEL})?", load_default="", metadata={"description": "Restriction for tunnels, such as D/E"}
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> GoodsOfLine:
        return GoodsOfLine(**data | {"subsidiary_hazards": tuple(dict.fromkeys(data["subsidiary_hazards"]))})


class RecordWaybillSchema(SeenSchema):
    """The waybill's number and its data on every hazardous line, replaced as a whole."""

    waybill_number = WordsField(
        MAX_WAYBILL,
        load_default="",
        metadata={"description": "Of the carrier's own waybill; empty while it is not made out"},
    )
    lines = fields.List(
        fields.Nested(GoodsOfLineSchema), required=True, validate=validate.Length(max=MAX_LINES)
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> RecordWaybill:
        return RecordWaybill(**data | {"lines": tuple(data["lines"])})
