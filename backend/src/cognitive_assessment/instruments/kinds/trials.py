"""What trials of touch tasks have in common: times in ms from the start of the block, and what answered them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

ElapsedMs = Annotated[float, Field(allow_inf_nan=False, ge=0, le=3_600_000)]
ReactionTimeMs = Annotated[float, Field(allow_inf_nan=False, ge=-1000, le=3_600_000)]
Input = Literal["touch", "mouse", "key"]
