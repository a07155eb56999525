"""What the API is sent, as documented in its OpenAPI. Fields that are not known are refused."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from index.types import Filters
from rag.types import Turn
from ui.api.texts import MAX_QUESTION, Day, Name, Said, Url, readable, said

MAX_TURNS = 8  # earlier exchanges; what a follow-up is read with
MAX_ANSWER = 20_000  # code points of an answer told back; the longest are some 5,000
MAX_TEXT = 4_000  # code points of a text to be verified; each sentence costs a search
MAX_FILTERS = 50  # names of each kind; an archive has fewer outlets than that
MAX_HITS = 50

QUESTION = "What did the harbour council decide about the night ferry?"


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FiltersBody(Body):
    """Which articles may be searched, within those that the site lets through."""

    after: Day | None = Field(default=None, description="First day of publication, inclusive.")
    before: Day | None = Field(default=None, description="Last day of publication, inclusive.")
    sources: list[Name] = Field(
        default_factory=list,
        max_length=MAX_FILTERS,
        description="Outlets, of which any one will do.",
    )
    sections: list[Name] = Field(
        default_factory=list,
        max_length=MAX_FILTERS,
        description="Sections, of which any one will do.",
    )

    def filters(self) -> Filters:
        return Filters(self.after, self.before, tuple(self.sources), tuple(self.sections))


class TurnBody(Body):
    """An earlier exchange, told back so that a follow-up can be read with it."""

    question: Said = Field(description="As it was asked.")
    searched: Annotated[str, AfterValidator(readable)] = Field(
        default="",
        max_length=2 * MAX_QUESTION,
        description="`answer.question.searched` of its answer.",
    )
    answer: Annotated[str, AfterValidator(readable)] = Field(
        default="", max_length=MAX_ANSWER, description="The answer's text."
    )

    def turn(self) -> Turn:
        return Turn(self.question, self.searched.strip() or self.question, self.answer.strip())


class ScopeBody(Body):
    """Limits a question to what an article of the archive is about.

    The address is looked up in the archive and never fetched.
    """

    url: Url = Field(description="The article's address, as its page gives it.")
    within: Literal["article", "section", "topic"] = Field(
        default="article",
        description="The article alone, its section, or what is on the same topic.",
    )


class AskBody(Body):
    """A question to the archive."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": QUESTION},
                {
                    "question": "And what will it cost?",
                    "history": [
                        {
                            "question": QUESTION,
                            "searched": QUESTION,
                            "answer": "The harbour council voted to keep the night ferry. [1]",
                        }
                    ],
                    "filters": {"after": "2025-01-01", "sections": ["Transport"]},
                },
            ]
        }
    )

    question: Said
    history: list[TurnBody] = Field(
        default_factory=list, max_length=MAX_TURNS, description="Earlier exchanges, oldest first."
    )
    filters: FiltersBody = FiltersBody()
    infer: bool = Field(
        default=True,
        description="False: no date, outlet or earlier turn is read into the question.",
    )
    scope: ScopeBody | None = None
    stream: bool = Field(
        default=False,
        description="True: server-sent events, as with `Accept: text/event-stream`.",
    )


class FeedbackBody(Body):
    """What a reader thought of an answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "answer_id": "0f3c9a5e7b21",
                    "question": QUESTION,
                    "answer": "The harbour council voted to keep the night ferry. [1]",
                    "confidence": 0.93,
                    "helpful": True,
                    "reason": "",
                }
            ]
        }
    )

    answer_id: Name = Field(description="`answer.id`.")
    question: Said
    answer: Annotated[str, AfterValidator(readable)] = Field(max_length=MAX_ANSWER)
    confidence: float = Field(ge=0, le=1, allow_inf_nan=False, description="`answer.confidence`.")
    helpful: bool
    reason: Annotated[str, AfterValidator(readable)] = Field(default="", max_length=MAX_QUESTION)


def _some(text: str) -> str:
    said(text)
    return readable(text)


class VerifyBody(Body):
    """Anybody's text, to be held against the archive sentence by sentence."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"text": "The harbour council kept the night ferry. Twelve members voted for it."}
            ]
        }
    )

    text: Annotated[str, AfterValidator(_some)] = Field(min_length=1, max_length=MAX_TEXT)
    filters: FiltersBody = FiltersBody()


class Query(BaseModel):
    """Parameters of an address; a site may name itself in any of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    site: Name | None = Field(default=None, description="The key of the site that asks.")


class SearchQuery(Query):
    q: Said = Field(description="What to search for.", examples=["night ferry"])
    count: int = Field(default=10, ge=1, le=MAX_HITS, description="Most hits that are wanted.")
    after: Day | None = Field(default=None, description="First day of publication, inclusive.")
    before: Day | None = Field(default=None, description="Last day of publication, inclusive.")
    source: list[Name] = Field(
        default_factory=list, max_length=MAX_FILTERS, description="Outlets; repeat it."
    )
    section: list[Name] = Field(
        default_factory=list, max_length=MAX_FILTERS, description="Sections; repeat it."
    )

    def filters(self) -> Filters:
        return Filters(self.after, self.before, tuple(self.source), tuple(self.section))


class ArticleQuery(Query):
    # an offset or a version beyond these is no article's
    version: int | None = Field(
        default=None, ge=1, le=10**9, description="The current one if left out."
    )
    start: int | None = Field(
        default=None, ge=0, le=10**9, description="Where the quote begins: `citation.start`."
    )
    end: int | None = Field(
        default=None, ge=1, le=10**9, description="Where the quote ends: `citation.end`."
    )
