"""A partner's system that calls the API."""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.test import Client

REFERRALS = "/serco/api/v1/referrals"
numbers = count(1)


def body(**changes: Any) -> dict[str, Any]:
    """A referral that is eligible, with these changes; a value of None takes the field away."""
    plain: dict[str, Any] = {
        "contract": "inspiring-families",
        "person": {
            "given_name": "Zola",
            "family_name": "Okafor",
            "date_of_birth": "1990-05-17",
            "national_insurance_number": "QQ 12 34 56 C",
            "contact": {"postcode": "E8 1EA", "phone": "07700 900123", "safe_contact": "Text first"},
        },
        "circumstances": {"employment_status": "unemployed", "concerns": ["school_attendance"]},
        "external_reference": "HCS-1",
    }
    return {name: value for name, value in {**plain, **changes}.items() if value is not None}


def person(**changes: Any) -> dict[str, Any]:
    """The person of a referral with these changes."""
    return {**body()["person"], **changes}


@dataclass
class Partner:
    """A client with a key."""

    key: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", **more}

    def get(self, address: str = REFERRALS, **query: Any) -> Any:
        return self.client.get(address, query, headers=self.headers())

    def post(
        self,
        sent: Any = None,
        *,
        once: str | None = None,
        address: str = REFERRALS,
        content_type: str = "application/json",
    ) -> Any:
        """Send a body (bytes and text as they are) under a new Idempotency-Key, or under this one; "" sends none."""
        raw = sent if isinstance(sent, bytes | str) else json.dumps(body() if sent is None else sent)
        name = f"test-{next(numbers)}" if once is None else once
        headers = self.headers(**({"Idempotency-Key": name} if name else {}))
        return self.client.post(address, raw, content_type=content_type, headers=headers)


def problem(response: Any) -> tuple[int, str]:
    """The status and code of an answer that must be a problem."""
    assert response["Content-Type"] == "application/problem+json", response.content
    told = response.json()
    assert told["status"] == response.status_code
    assert told["request_id"] == response["X-Request-Id"]
    assert {"type", "title", "detail", "instance", "errors"} <= told.keys()
    return response.status_code, told["code"]


def places(response: Any) -> set[tuple[str, str]]:
    """The pointers and codes of a request that was refused for its fields."""
    assert problem(response) == (400, "invalid"), response.content
    return {
        (error.get("pointer", error.get("parameter")), error["code"]) for error in response.json()["errors"]
    }
