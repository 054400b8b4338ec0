"""The parts of the API's description that endpoints share: refusals, headers, examples."""

import re
from http import HTTPMethod, HTTPStatus
from typing import Any

from flask_openapi3.models.parameter import Parameter
from flask_openapi3.models.schema import Schema
from flask_openapi3.models.tag import Tag
from flask_openapi3.types import ResponseDict
from pydantic import BaseModel

from leadapp.web.converters import MAX_ID

LEADS = Tag(name="Leads", description="From first contact to the handoff.")
ANALYSES = Tag(name="Analyses", description="Scoring many leads, in the background.")
MODELS = Tag(name="Models", description="What scores are learned from, and which ones are in use.")
SALES = Tag(name="Sales", description="What became of the leads that were handed off.")

TAG_HEADER = {"ETag": {"description": "For If-Match.", "schema": {"type": "string"}}}
LOCATION_HEADER = {"Location": {"description": "Its address.", "schema": {"type": "string"}}}

# code: (status, detail, further fields)
_EXAMPLES: dict[str, tuple[int, str, dict[str, Any]]] = {
    "malformed_json": (400, "The body is not JSON: unexpected end of data.", {}),
    "unauthorized": (401, "Send an API token: `Authorization: Bearer <token>`.", {}),
    "permission_denied": (
        403,
        "Your role does not allow this; ask an admin for a role that does.",
        {"permission": "work_leads"},
    ),
    "not_owner": (403, "Only the owner may hand this lead off.", {}),
    "lead_not_found": (404, "There is no such lead; look for it on the board.", {"id": 12}),
    "model_not_found": (404, "There is no model 7; look at the list of models.", {"id": 7}),
    "sale_not_found": (404, "There is no such sale; look for it among the sales.", {"id": 3}),
    "run_not_found": (404, "There is no such run; start it again where you started it.", {"id": 5}),
    "invalid_transition": (
        409,
        "The lead is in new and cannot move to qualified; it may move to contacted or lost.",
        {"from": "new", "to": "qualified", "allowed": ["contacted", "lost"]},
    ),
    "handoff_refused": (
        409,
        "Not handed off: 1 condition is unmet; meet it first.",
        {
            "unmet": [
                {
                    "code": "score_below_threshold",
                    "have": "0.54",
                    "need": "0.60",
                    "message": "The score is 0.54, and 0.60 is needed.",
                }
            ]
        },
    ),
    "lead_is_final": (
        409,
        "The lead is lost, so source can no longer change.",
        {"stage": "lost", "fields": ["source"]},
    ),
    "advice_not_found": (
        404,
        "There is no advice on this lead yet; ask for it.",
        {"id": 12},
    ),
    "adviser_not_set_up": (
        409,
        "No adviser is set up; set LEADAPP_ADVISER_URL and its companions.",
        {},
    ),
    "advice_budget_spent": (
        429,
        "The adviser was asked 200 times today, which is the limit of a day (UTC).",
        {"daily": 200},
    ),
    "model_not_promotable": (
        409,
        "Somebody changed the scorer in use meanwhile; look at the list of models.",
        {},
    ),
    "model_damaged": (
        409,
        "The scoring model is damaged (its checksum does not match), so nothing was scored; "
        "promote another model or go back to the rule table.",
        {"problem": "its checksum does not match"},
    ),
    "version_conflict": (
        412,
        "This was changed meanwhile; read the present version and repeat your change on it.",
        {"expected": 3, "present": 4},
    ),
    "request_entity_too_large": (413, "The body is larger than leadapp takes.", {}),
    "unsupported_media_type": (415, "Send the body as application/json.", {}),
    "invalid_input": (
        422,
        "Nothing was saved; correct source and try again.",
        {"errors": [{"field": "source", "message": "is required"}]},
    ),
    "database_unavailable": (503, "The database does not answer. Nothing was changed.", {}),
}
_ALWAYS = ("unauthorized", "permission_denied", "database_unavailable")
_WITH_BODY = ("malformed_json", "request_entity_too_large", "unsupported_media_type")
_CHALLENGE = {"WWW-Authenticate": {"description": "Bearer", "schema": {"type": "string"}}}


def answers(
    model: type[BaseModel],
    *codes: str,
    status: int = 200,
    body: bool = False,
    headers: dict[str, Any] | None = None,
    unchanged: bool = False,
) -> ResponseDict:
    """The responses of an endpoint: its record, and the refusals by code, those of all included."""
    described: dict[str | int | HTTPStatus, Any] = {str(status): _record(model, headers or {})}
    if unchanged:
        described["304"] = {"description": "It is still what If-None-Match names."}
    for code in (*_ALWAYS, *(_WITH_BODY if body else ()), *codes):
        refused, _, _ = _EXAMPLES[code]
        response = described.setdefault(str(refused), _refusal(refused))
        response["content"]["application/problem+json"]["examples"][code] = _example(code)
    return described


def _record(model: type[BaseModel], headers: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": (model.__doc__ or "").splitlines()[0],
        "headers": headers,
        "content": {"application/json": {"schema": _reference(model.__name__)}},
    }


def _refusal(status: int) -> dict[str, Any]:
    content = {"schema": _reference("Problem"), "examples": {}}
    response: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "content": {"application/problem+json": content},
    }
    if status == HTTPStatus.UNAUTHORIZED:
        response["headers"] = _CHALLENGE
    return response


def _example(code: str) -> dict[str, Any]:
    status, detail, further = _EXAMPLES[code]
    title = HTTPStatus(status).phrase
    common = {"type": "about:blank", "title": title, "status": status, "code": code}
    return {"value": common | {"detail": detail} | further}


def _reference(name: str) -> Schema:
    return Schema(**{"$ref": f"#/components/schemas/{name}"})


def parameters_of(rule: str, method: str) -> list[Parameter]:
    """What an address and its method take beside query and body: ids, and preconditions."""
    whole = Schema(type="integer", minimum=1, maximum=MAX_ID)
    parameters = [
        Parameter(**{"name": name, "in": "path", "required": True, "schema": whole})
        for name in re.findall(r"<record_id:(\w+)>", rule)
    ]
    if method == HTTPMethod.PATCH:
        about = "The ETag or version that the change is made for; 412 if it is another one now."
        parameters.append(_header("If-Match", about))
    if method == HTTPMethod.GET and rule.endswith("_id>"):
        about = "The ETag of the answer that the caller has; 304 if it is still the same."
        parameters.append(_header("If-None-Match", about))
    return parameters


def _header(name: str, about: str) -> Parameter:
    schema = Schema(type="string")
    return Parameter(**{"name": name, "in": "header", "description": about, "schema": schema})
