"""The description of the interface (OpenAPI 3.1), in the reader's language."""

import copy
from functools import cache
from typing import Any

from django.utils.translation import gettext as translate

from domicile.apps.api import problems, schemas
from domicile.apps.api.service import interface

PREFIX = "/api/v1"
STATUSES = {
    "400": "unreadable",
    "401": "token",
    "403": "not_allowed",
    "404": "not_found",
    "405": "method",
    "409": "same_time",
    "413": "too_large",
    "415": "media_type",
    "422": "invalid",
    "429": "too_many",
}
WITH_BODY = {"400", "409", "413", "415"}


@cache
def _english() -> dict[str, Any]:
    described = dict(interface().get_openapi_schema(path_prefix=""))
    described["paths"] = {
        path if path.startswith(PREFIX) else PREFIX + path: operations
        for path, operations in copy.deepcopy(described["paths"]).items()
    }
    shapes = copy.deepcopy(described["components"])
    shapes["schemas"]["Problem"] = schemas.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    shapes["schemas"].update(shapes["schemas"]["Problem"].pop("$defs", {}))
    described["components"] = shapes
    for operations in described["paths"].values():
        for operation in operations.values():
            _add_problems(operation)
    return described


def _add_problems(operation: dict[str, Any]) -> None:
    body = {"schema": {"$ref": "#/components/schemas/Problem"}}
    operation["responses"] = {str(status): answer for status, answer in operation["responses"].items()}
    for status, code in STATUSES.items():
        if status in WITH_BODY and "requestBody" not in operation:
            continue
        title = str(problems.TITLES[code][1])
        operation["responses"][status] = {"description": title, "content": {problems.CONTENT_TYPE: body}}


def description() -> dict[str, Any]:
    """The description; summaries and names of groups in the language of the request."""
    described = copy.deepcopy(_english())
    for operations in described["paths"].values():
        for operation in operations.values():
            operation["summary"] = translate(operation["summary"])
            operation["tags"] = [translate(tag) for tag in operation["tags"]]
            for status, code in STATUSES.items():
                if status in operation["responses"]:
                    operation["responses"][status]["description"] = str(problems.TITLES[code][1])
    return described
