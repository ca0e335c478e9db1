"""Numbers that can never be issued stand for real ones."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def invented_numbers(settings: Any) -> None:
    settings.ALLOW_INVENTED_NUMBERS = True
