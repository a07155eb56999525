"""POST /v1/feedback: what a reader thought of an answer, kept with the archive."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ui.api.bodies import FeedbackBody
from ui.api.documented import failures
from ui.api.work import Work


def router(work: Work) -> APIRouter:
    routes = APIRouter()

    @routes.post(
        "/feedback",
        summary="Say whether an answer helped",
        description="Kept beside the archive for its editors; nobody else is told. The newest of "
        "an answer takes the place of one before it, and the newest 100,000 of all are kept. An "
        "archive that may only be read replies 409.",
        status_code=204,
        response_class=Response,
        responses=failures(409, body=True),
    )
    async def feedback(request: Request, body: FeedbackBody) -> Response:
        def keep() -> None:
            work.desk.remember(
                answer_id=body.answer_id,
                question=body.question,
                answer=body.answer,
                confidence=body.confidence,
                helpful=body.helpful,
                reason=body.reason.strip(),
            )

        await work.read(keep)
        return Response(status_code=204)

    return routes
