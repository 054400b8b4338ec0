"""The blueprint of the API: flask-openapi3 describes it, leadapp authorizes and reads.

The library would take the last of two equal keys, answer malformed JSON as invalid values, build
the schema of a query anew for each request, and read a request before anyone is authorized.
"""

import functools
from collections.abc import Callable
from http import HTTPMethod
from typing import Any

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.types import ParametersTuple
from flask_openapi3.utils import parse_rule
from pydantic import BaseModel

from leadapp.blueprints.api_v1.description import parameters_of
from leadapp.blueprints.api_v1.guard import Needs, authorize
from leadapp.blueprints.api_v1.reading import read_json, read_query
from leadapp.web.transactions import use_autocommit

PREFIX = "/api/v1"


class ApiBlueprint(APIBlueprint):
    """Endpoints are functions of `actor`, the ids in the address, and `body` or `query` as their
    annotations say; each is declared by `api_requires`."""

    def _collect_openapi_info(
        self,
        rule: str,
        func: Callable[..., Any],
        *,
        method: str = HTTPMethod.GET,
        **options: Any,
    ) -> ParametersTuple:
        """Describe the endpoint, its ids and If-Match too. The arguments are flask-openapi3's."""
        annotated = super()._collect_openapi_info(rule, func, method=method, **options)
        operation = getattr(self.paths[parse_rule(rule, self.url_prefix)], method.lower())
        operation.parameters = [*parameters_of(rule, method), *(operation.parameters or [])]
        return annotated

    def _add_url_rule(self, *arguments: Any, **options: Any) -> None:
        # With and without the slash at the end, and no detour over a redirect.
        super()._add_url_rule(*arguments, strict_slashes=False, **options)

    @staticmethod
    def create_view_func(  # noqa: PLR0917 -- its shape is the library's
        func: Any,
        header: Any,  # noqa: ARG004 -- this and the other unused ones: the library passes them
        cookie: Any,  # noqa: ARG004
        path: Any,  # noqa: ARG004
        query: type[BaseModel] | None,
        form: Any,  # noqa: ARG004
        body: type[BaseModel] | None,
        *_raw: Any,
        **_options: Any,
    ) -> Callable[..., Response]:
        """The view: authorize, read, call. The arguments are flask-openapi3's."""
        needs: Needs = func.__needs__
        body_optional = body is not None and not body.model_fields

        @functools.wraps(func)
        def view(**arguments: Any) -> Response:
            arguments["actor"] = authorize(needs.permission)
            if body is not None:
                arguments["body"] = read_json(body, optional=body_optional)
            if query is not None:
                arguments["query"] = read_query(query)
            if needs.one_statement or request.method == "GET":
                use_autocommit()
            response: Response = func(**arguments)
            return response

        return view


def _function_name(name: str, **_rest: str) -> str:
    return name


api = ApiBlueprint(
    "api_v1",
    __name__,
    url_prefix=PREFIX,
    abp_security=[{"bearer": []}],
    operation_id_callback=_function_name,
)
