"""Holds what the bot sent against Discord's own OpenAPI description (tests/contract/, unchanged)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from tests.loopback.rest import Request
from tests.loopback.state import Json

CONTRACT = Path(__file__).parents[1] / "contract" / "discord-openapi.json"


@dataclass(frozen=True)
class Breach:
    """One request that the contract forbids; `template` is the contract's path, `where` a JSON path."""

    method: str
    template: str
    where: str
    why: str


class ContractError(AssertionError):
    """At least one request breaks the contract."""

    def __init__(self, found: list[Breach]) -> None:
        super().__init__("\n".join(f"{it.method} {it.template} {it.where}: {it.why}" for it in found))
        self.breaches = found


def check(requests: Iterable[Request]) -> None:
    """Raises `ContractError` unless the contract has every request, with such a body."""
    if found := list(breaches(requests)):
        raise ContractError(found)


def breaches(requests: Iterable[Request]) -> Iterator[Breach]:
    """The most telling fault of each request that has one; to Discord an unknown key is none."""
    for request in requests:
        template = template_of(request.path)
        if template is None or request.method.lower() not in _contract()["paths"][template]:
            yield Breach(request.method, template or request.path, "$", "no such operation")
        elif fault := best_match(_body_of(request.method, template).iter_errors(request.json)):
            yield Breach(request.method, template, fault.json_path, fault.message)


@cache
def _contract() -> Json:
    contract = json.loads(CONTRACT.read_text("utf-8"))
    # Discord takes ids as numbers too, and discord.py sends most so; the description has strings only.
    contract["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
    # And permissions as strings, as its documentation says and discord.py does.
    overwrite = contract["paths"]["/channels/{channel_id}/permissions/{overwrite_id}"]["put"]
    shape = overwrite["requestBody"]["content"]["application/json"]["schema"]["properties"]
    for name in ("allow", "deny"):
        shape[name]["type"].append("string")
    return contract


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    # The paths with the fewest parameters first: /messages/@original is no message id.
    paths = sorted(_contract()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in paths]


def template_of(path: str) -> str | None:
    """The contract's path for a request's."""
    return next((template for pattern, template in _patterns() if pattern.fullmatch(path)), None)


@cache
def _body_of(method: str, template: str) -> Draft202012Validator:
    contract = _contract()
    body = contract["paths"][template][method.lower()].get("requestBody")
    if body is None:
        return Draft202012Validator({"type": "null"})
    schema = body["content"]["application/json"]["schema"]
    if not body.get("required"):
        schema = {"anyOf": [{"type": "null"}, schema]}
    # With the components beside it, the schema's own references resolve.
    return Draft202012Validator({"allOf": [schema], "components": contract["components"]})
