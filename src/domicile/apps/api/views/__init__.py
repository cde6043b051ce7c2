"""The description of the interface: for machines and for people."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from domicile.apps.api import problems
from domicile.apps.api.describing import description


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1. It says nothing about people, and programs read it before they have a token."""
    return JsonResponse(description(), json_dumps_params={"ensure_ascii": False})


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """The same to read."""
    described = description()
    context = {
        "groups": _groups(described),
        "problems": [(code, status, title) for code, (status, title) in problems.TITLES.items()],
    }
    return render(request, "api/docs.html", context)


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest) -> HttpResponse:
    """An address of the interface that does not exist."""
    answer = problems.not_found(request)
    answer["Cache-Control"] = "no-store"
    return answer


def _groups(described: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Operations by group, each with what it takes and gives."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation["tags"][0], []).append(
                {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "summary": operation["summary"],
                    "description": operation.get("description", ""),
                    "takes": [*_parameters(operation), *_body(described, operation)],
                    "gives": _fields(described, _answer(operation)),
                }
            )
    return list(groups.items())


def _parameters(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": parameter["name"],
            "where": parameter["in"],
            "type": _type(parameter["schema"]),
            "required": parameter.get("required", False),
        }
        for parameter in operation.get("parameters", [])
    ]


def _body(described: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return []
    found = []
    for field in _fields(described, content["schema"]):
        inner = _fields(described, field["schema"])
        lines = [{**one, "name": f"{field['name']}.{one['name']}"} for one in inner] or [field]
        found += [{**line, "where": "body"} for line in lines]
    return found


def _answer(operation: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return schema


def _fields(described: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a shape that is named or written out."""
    name = schema.get("$ref", "").rpartition("/")[2]
    shape = described["components"]["schemas"][name] if name else schema
    required = shape.get("required", [])
    return [
        {"name": key, "type": _type(value), "required": key in required, "schema": value}
        for key, value in shape.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any]) -> str:
    """A type in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_type(schema['items'])}]"
    return str(schema.get("format") or schema.get("type", "object"))
