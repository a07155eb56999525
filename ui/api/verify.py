"""POST /v1/verify: anybody's sentences, held against the archive."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from rag.claims import split
from rag.types import Grounding
from rag.wire import citation_json, verdict_json
from ui.api.away import unless_gone
from ui.api.bodies import VerifyBody
from ui.api.callers import caller_of, id_of
from ui.api.documented import failures
from ui.api.encode import Json
from ui.api.filters import confined
from ui.api.problems import Problem
from ui.api.replies import GroundedJson, VerifyReplyJson
from ui.api.shapes import shape
from ui.api.work import Work

_MOST = 20  # sentences that claim something: each has the archive searched, some 0.1 s of a place


def router(work: Work) -> APIRouter:
    routes = APIRouter()

    @routes.post(
        "/verify",
        summary="Hold sentences against the archive",
        description="Each sentence of `text` is searched for and judged by what is found: "
        "`supported`, `contradicted`, `unsupported`, or `not_checkable` where it claims nothing. "
        f"Of those that claim something there may be {_MOST} in one text; with more it is refused "
        "(422, `too-many-sentences`), so send a long text in parts. "
        "`start` and `end` count Unicode code points of `text`; `evidence[i]` is what "
        "`verdict.grounds[i]` was read in.",
        response_model=shape(VerifyReplyJson),
        responses=failures(body=True),
    )
    async def verify(request: Request, body: VerifyBody) -> Response:
        filters = confined(caller_of(request).filters, body.filters.filters())
        claims = await work.read(lambda: sum(each.checkable for each in split(body.text)))
        if claims > _MOST:
            raise Problem(
                "too-many-sentences",
                422,
                f"The text has {claims:,} sentences that can be checked; send {_MOST} at a time.",
            )

        def judge() -> tuple[Grounding, ...]:
            return work.desk.verify(body.text, filters=filters)

        judged = await unless_gone(request.receive, work.once(judge))
        sentences = [_grounded(each) for each in judged]
        return Json({"request_id": id_of(request), "sentences": sentences})

    return routes


def _grounded(grounding: Grounding) -> GroundedJson:
    return {
        "text": grounding.text,
        "start": grounding.start,
        "end": grounding.end,
        "verdict": verdict_json(grounding.verdict),
        "evidence": [citation_json(each) for each in grounding.evidence],
    }
