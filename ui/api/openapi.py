"""The OpenAPI document: FastAPI's own, with every failure and header that there is."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter

from ui.api.documented import SHAPES

_REF = "#/components/schemas/{model}"
_HEADERS = {
    "X-Request-Id": {
        "description": "Names the request, in the server's log too.",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds to wait before asking again.",
        "schema": {"type": "integer", "minimum": 1},
    },
}
_SECURITY = {
    "site": {
        "type": "apiKey",
        "in": "header",
        "name": "Byline-Site",
        "description": "The public key of the site whose page asks; `?site=` does as well. It is "
        "worth something only together with an `Origin` of that site.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "For a private site: a token that its own server signed.",
    },
}


def document(app: FastAPI) -> dict[str, Any]:
    """`app`'s OpenAPI document, made once."""
    if app.openapi_schema is None:
        found = FastAPI.openapi(app)
        for path in found["paths"].values():
            for operation in path.values():
                _complete(operation)
        components = found.setdefault("components", {})
        schemas = components.setdefault("schemas", {})
        for shaped in SHAPES:
            schema = TypeAdapter(shaped).json_schema(ref_template=_REF)
            schemas.update(schema.pop("$defs", {}))
            schemas[shaped.__name__] = schema
        components["headers"] = _HEADERS
        components["securitySchemes"] = _SECURITY
        found["security"] = [{}, {"site": []}, {"site": [], "token": []}]
        app.openapi_schema = found
    return app.openapi_schema


def _complete(operation: dict[str, Any]) -> None:
    """Say of an operation's replies which headers they carry."""
    for status, told in operation["responses"].items():
        told["headers"] = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
        if status in ("429", "503"):
            told["headers"]["Retry-After"] = {"$ref": "#/components/headers/Retry-After"}
