"""Holds requests against the published swagger of signal-cli-rest-api, when that file is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.reference import reference

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}


class Judge:
    """Knows no swagger, finds nothing wrong."""

    def __init__(self) -> None:
        self._swagger = reference("signal-cli-rest-api.swagger.json")

    def faults(self, method: str, path: str, body: Any, query: dict[str, str]) -> list[str]:
        """What a request does that the swagger doesn't allow; `path` as the swagger writes it."""
        if self._swagger is None:
            return []
        known = self._swagger["paths"].get(path, {}).get(method.lower())
        if known is None:
            return [f"unknown request {method} {path}"]
        parameters = known.get("parameters", [])
        allowed = {one["name"] for one in parameters if one["in"] == "query"}
        found = [f"unknown query {name}" for name in query if name not in allowed]
        schemas = [one for one in parameters if one["in"] == "body"]
        if schemas and (body is not None or schemas[0].get("required")):
            found += self._check(schemas[0]["schema"], body, "body")
        elif body is not None and not schemas:
            found.append("a body that nobody reads")
        return found

    def answer_faults(self, name: str, value: Any) -> list[str]:
        """The same for a definition by its name: the fake holds its own frames against it."""
        return [] if self._swagger is None else list(self._check({"$ref": f"#/definitions/{name}"}, value, name))

    def _check(self, schema: dict[str, Any], value: Any, where: str) -> Iterator[str]:
        assert self._swagger is not None
        if "$ref" in schema:
            schema = self._swagger["definitions"][schema["$ref"].rpartition("/")[2]]
        kind = schema.get("type", "object")
        if not _is_a(kind, value):
            yield f"{where} is no {kind}"
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{where} is none of {', '.join(schema['enum'])}"
        elif kind == "array":
            for number, one in enumerate(value):
                yield from self._check(schema.get("items", {}), one, f"{where}[{number}]")
        elif kind == "object" and "properties" in schema:
            yield from self._check_object(schema, value, where)

    def _check_object(self, schema: dict[str, Any], value: dict[str, Any], where: str) -> Iterator[str]:
        yield from (f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value)
        for name, one in value.items():
            if name not in schema["properties"]:
                yield f"{where}.{name} is unknown"
            else:
                yield from self._check(schema["properties"][name], one, f"{where}.{name}")


def _is_a(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])
