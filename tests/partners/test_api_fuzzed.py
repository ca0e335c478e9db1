"""Every operation called with what its description allows, and with what it does not."""

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.cast import Cast


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.django_db(transaction=True)
def test_every_operation_keeps_its_word(cast: Cast, mode: GenerationMode) -> None:
    description = schemathesis.openapi.from_wsgi("/serco/api/v1/schema/", get_wsgi_application())
    headers = {"Authorization": f"Bearer {cast.keys['hackney-childrens-services']}"}
    operations: list[Any] = [found.ok() for found in description.get_all_operations()]  # type: ignore[union-attr]
    assert len(operations) == 4
    for operation in operations:

        @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def keeps_its_word(case: Any) -> None:
            # What only the data can tell, such as that there is no such contract, is no part of the description.
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        keeps_its_word()
