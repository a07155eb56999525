"""What a case may expect of an answer: the object `expect` of a line of eval/cases."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from rag.remarks import DifferenceKind
from rag.types import Asks, RefusalKind

Texts = list[str]


class Gap(BaseModel):
    """A difference that is expected: its kind and the figures of its accounts."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    kind: DifferenceKind
    values: list[float] = Field(min_length=1)


class Expect(BaseModel):
    """The object `expect` of a case; eval/cases/README.md says what each field means."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    answered: bool = False
    refusal: RefusalKind | list[RefusalKind] = []
    any: Texts = []
    all: Texts = []
    first: Texts = []
    none: Texts = []
    order: Texts = []
    asks: Asks = Asks.FACT
    latest: bool = False
    after: date | None = None
    before: date | None = None
    published_after: date = date.min
    published_before: date = date.max
    days: list[date] = []
    speaker: str = ""
    direct: bool = False
    place: str = ""
    no_speaker: bool = True
    difference: Gap | bool = False
    corrected: bool = False
    searched: Texts = []
    not_searched: Texts = []
    parts: int = Field(default=0, ge=0)
    parts_any: list[Texts] = []
    readings: PositiveInt = 1
    readings_any: Texts = []
    copies: int = Field(default=0, ge=0)
