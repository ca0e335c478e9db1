"""National Insurance numbers: sealed, found and masked."""

from typing import Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from participants import vault
from participants.models import Identity
from partners import sealing

TENANT, PERSON = uuid4(), uuid4()


def identity(sealed: bytes, tenant: Any = TENANT, person: Any = PERSON) -> Identity:
    return Identity(tenant_id=tenant, participant_id=person, key_id=sealing.newest(), sealed=sealed)


def test_a_number_opens_for_its_own_person_alone() -> None:
    key_id, sealed = vault.seal("QQ123456C", tenant_id=TENANT, participant_id=PERSON)
    assert key_id == 1
    assert b"123456" not in sealed
    assert vault.open_sealed(identity(sealed)) == "QQ123456C"
    assert vault.open_sealed(identity(memoryview(sealed))) == "QQ123456C"  # type: ignore[arg-type]
    for strange in (
        identity(sealed, tenant=uuid4()),
        identity(sealed, person=uuid4()),
        identity(sealed[:-1] + bytes([sealed[-1] ^ 1])),
    ):
        with pytest.raises(InvalidTag):
            vault.open_sealed(strange)


def test_the_same_number_is_sealed_differently_each_time() -> None:
    sealed = {vault.seal("QQ123456C", tenant_id=TENANT, participant_id=PERSON)[1] for _ in range(5)}
    assert len(sealed) == 5


def test_the_index_finds_a_number_in_its_tenant_with_or_without_its_last_letter() -> None:
    index = vault.blind_index("QQ123456C", TENANT)
    assert len(index) == 64
    assert index == vault.blind_index("QQ123456", TENANT)
    assert index != vault.blind_index("QQ123457C", TENANT)
    assert index != vault.blind_index("QQ123456C", uuid4())


def test_a_number_is_written_one_way_and_masked() -> None:
    assert vault.normalise(" qq 12 34 56 c ") == "QQ123456C"
    assert vault.masked("QQ123456C") == "QQ****56C"
    assert vault.masked("QQ123456") == "QQ****56"


@pytest.mark.parametrize("number", ["AB123456C", "JK000001D", "AB123456"])
def test_the_form_of_a_number(number: str) -> None:
    assert vault.is_valid_form(number)


WRONG_LETTERS = "DA AO BG GB NK KN ZZ TN NT FA IA QA UA VA AD AI AU AV"
WRONG_FORMS = ("AB12345C", "AB1234567", "AB123456E", "AB１２３４５６C", "AB123456C\n", "", "ABCDEFGHI")


@pytest.mark.parametrize(
    "number", [*(f"{letters}123456A" for letters in WRONG_LETTERS.split()), *WRONG_FORMS]
)
def test_what_is_no_number(number: str) -> None:
    assert not vault.is_valid_form(number)


def test_invented_numbers_pass_only_where_they_are_allowed(settings: Any) -> None:
    settings.ALLOW_INVENTED_NUMBERS = True
    assert vault.is_valid_form("QQ123456C")
    settings.ALLOW_INVENTED_NUMBERS = False
    assert not vault.is_valid_form("QQ123456C")
