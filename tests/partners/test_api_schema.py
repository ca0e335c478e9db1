"""The API's own description and its pages."""

import re
from typing import Any

import pytest
from django.test import Client

from programmes.eligibility import FACTS
from referrals.actions.sending import DERIVED_FACTS
from tests.cast import Cast

SCHEMA, DOCS = "/serco/api/v1/schema/", "/serco/api/v1/docs/"


@pytest.fixture
def described(cast: Cast) -> Any:
    return Client().get(SCHEMA).json()


def test_anyone_may_read_the_description(described: Any) -> None:
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": "/serco"}]
    assert set(described["paths"]) == {
        "/api/v1/figures",
        "/api/v1/measures",
        "/api/v1/referrals",
        "/api/v1/referrals/{reference}",
        "/api/v1/referrals/{reference}/answers",
    }
    assert described["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "bearer"}}


def test_every_operation_says_what_can_go_wrong(described: Any) -> None:
    for methods in described["paths"].values():
        for method, operation in methods.items():
            answers = operation["responses"]
            assert {"401", "403", "404", "406"} <= answers.keys()
            assert "application/problem+json" in answers["401"]["content"]
            if method == "post":
                assert {"400", "409", "413", "415", "422"} <= answers.keys()
                header = next(p for p in operation["parameters"] if p["name"] == "Idempotency-Key")
                assert header["required"]


def test_every_fact_that_a_rule_may_ask_can_be_sent(described: Any) -> None:
    circumstances = described["components"]["schemas"]["CircumstancesSentRequest"]["properties"]
    assert FACTS.keys() - DERIVED_FACTS == circumstances.keys() - {"health_conditions"}


def test_the_description_comes_as_yaml_too(cast: Cast) -> None:
    response = Client().get(SCHEMA, {"format": "yaml"})
    assert response.status_code == 200
    assert b"openapi: 3.1" in response.content


def test_there_is_no_description_outside_a_workspace(cast: Cast) -> None:
    for address in ("/api/v1/schema/", "/api/v1/docs/", "/nowhere/api/v1/schema/"):
        assert Client().get(address).status_code == 404


def test_the_pages_ask_nobody_else(cast: Cast) -> None:
    page = Client().get(DOCS)
    assert page.status_code == 200
    assert b"http" not in page.content.replace(b"http-equiv", b"")
    assert b"/serco/api/v1/schema/" in page.content
    scripts = re.findall(r"<script[^>]*>", page.content.decode())
    [nonce] = re.findall(r"script-src 'nonce-([^']+)';", page["Content-Security-Policy"] + ";")
    assert len(scripts) == 2
    assert all(f'nonce="{nonce}"' in script for script in scripts)
    assert Client().post(DOCS).status_code == 405
