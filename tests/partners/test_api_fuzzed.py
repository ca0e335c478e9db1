"""Every operation called with what its description allows, and with what it does not."""

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, assume, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.cast import Cast

# What the prime's key reads, and not a referrer's.
FIGURES = ("figures", "measures")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.django_db(transaction=True)
def test_every_operation_keeps_its_word(cast: Cast, mode: GenerationMode) -> None:
    description = schemathesis.openapi.from_wsgi("/serco/api/v1/schema/", get_wsgi_application())
    keys = [cast.keys["hackney-childrens-services"], cast.keys["serco"]]
    operations: list[Any] = [found.ok() for found in description.get_all_operations()]  # type: ignore[union-attr]
    assert len(operations) == 6
    for operation in operations:
        reads_figures = operation.path.rpartition("/")[2] in FIGURES
        keep_its_word(operation, mode, keys[reads_figures])


def keep_its_word(operation: Any, mode: GenerationMode, key: str) -> None:
    """Call one operation in twenty ways."""

    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def keeps_its_word(case: Any) -> None:
        # An empty list or object leaves no trace in an address, so that nothing wrong would be sent.
        assume(all(value not in ([], {}) for value in (case.query or {}).values()))
        # What only the data can tell, such as that there is no such contract, is no part of the description.
        headers = {"Authorization": f"Bearer {key}"}
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    keeps_its_word()
