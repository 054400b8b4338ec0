"""Whose address a request has: the caller's, as far as proxies of ours can tell."""

import pytest
from flask import Flask, request

from leadapp.factory import trust_proxies


@pytest.mark.parametrize(
    ("proxies", "address", "scheme"),
    [
        (0, "127.0.0.1", "http"),
        (1, "198.51.100.7", "https"),
        (2, "203.0.113.9", "http"),
    ],
)
def test_only_our_own_proxies_are_believed(proxies: int, address: str, scheme: str) -> None:
    app = Flask("probe")
    app.add_url_rule("/", view_func=lambda: f"{request.remote_addr} {request.scheme}")
    trust_proxies(app, proxies)
    headers = {
        "X-Forwarded-For": "192.0.2.1, 203.0.113.9, 198.51.100.7",
        "X-Forwarded-Proto": "https",
    }
    assert app.test_client().get("/", headers=headers).text == f"{address} {scheme}"
