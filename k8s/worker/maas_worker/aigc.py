"""The labels a generated video must carry: GB 45438-2025, explicit (clause 5.4) and implicit (clause 6, annex E)."""

from __future__ import annotations

import json
import math
import re

from .failure import BadArgument

# Clause 5.4: an AI element and a generation element.
EXPLICIT_TEXT = "AI生成"

# The name of the metadata field, of which a file has exactly one.
TAG = "AIGC"


def explicit_size(width: int, height: int) -> int:
    """The font size at which capitals, 0.71 em in WenQuanYi, are as high as required: 5 % of the shorter side."""
    return math.ceil(0.05 * min(width, height) / 0.71)


def implicit_label(producer: str, content_id: str) -> str:
    """The value of the metadata field. The producer is also the first propagator (annex E, note 1)."""
    for name, value in (("producer", producer), ("content id", content_id)):
        if not re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]{1,200}", value):
            raise BadArgument(f"the {name} must be printable ASCII without space, quote and backslash, not {value!r}")
    return json.dumps(
        {
            "Label": "1",
            "ContentProducer": producer,
            "ProduceID": content_id,
            "ReservedCode1": "",
            "ContentPropagator": producer,
            "PropagateID": content_id,
            "ReservedCode2": "",
        },
        separators=(",", ":"),
    )
