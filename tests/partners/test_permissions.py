"""Who may do what, with whose things."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest

from partners.models import ApiKey, Invitation, Membership, Organisation
from partners.permissions import GRANTS, PURPOSES, Permission, Role, can, roles_of
from partners.viewer import Viewer

HERE, ELSEWHERE = uuid4(), uuid4()
PRIME, OURS, THEIRS = uuid4(), uuid4(), uuid4()


def viewer(kind: str, role: str) -> Viewer:
    """Somebody of this kind and role in our workspace; a prime's person works for the prime."""
    return Viewer(tenant_id=HERE, kind=kind, role=role, organisation_id=PRIME if kind == "prime" else OURS)


@dataclass
class Thing:
    """Anything of a tenant, perhaps of one organisation in it."""

    tenant_id: UUID = HERE
    organisation_id: UUID | None = None


EVERY_PAIR = [(kind, role) for kind in Organisation.Kind for role in Role]


@pytest.mark.parametrize(("kind", "role"), EVERY_PAIR)
def test_a_role_may_do_what_the_table_says_and_nothing_else(kind: str, role: str) -> None:
    one = viewer(kind, role)
    for permission in Permission:
        granted = permission in GRANTS.get((kind, role), frozenset())
        assert can(one, permission) == granted
        assert can(one, permission, Thing(organisation_id=OURS)) == granted
        assert can(one, permission, Thing()) == granted
        assert can(one, permission, Thing(organisation_id=THEIRS)) == (granted and kind == "prime")
        assert not can(one, permission, Thing(tenant_id=ELSEWHERE))
        assert not can(one, permission, Thing(tenant_id=ELSEWHERE, organisation_id=OURS))


def test_the_system_a_key_and_nobody_have_no_role() -> None:
    key = replace(viewer("provider", ""), key_id=uuid4(), scopes=frozenset({"referrals:write"}))
    for one in (None, key, Viewer.system(HERE, "test"), viewer("provider", "wizard")):
        assert not any(can(one, permission) for permission in Permission)


@pytest.mark.parametrize("model", [Membership, Invitation, ApiKey])
def test_people_are_managed_in_ones_own_organisation_and_by_the_prime_in_all(model: type) -> None:
    for kind, role, organisation, expected in (
        ("prime", "administrator", OURS, True),
        ("prime", "administrator", THEIRS, True),
        ("prime", "performance_manager", OURS, False),
        ("provider", "manager", OURS, True),
        ("provider", "administrator", OURS, True),
        ("provider", "adviser", OURS, False),
        ("provider", "manager", THEIRS, False),
        ("provider", "manager", PRIME, False),
        ("referrer", "submitter", OURS, False),
        ("commissioner", "viewer", OURS, False),
    ):
        row = model(tenant_id=HERE, organisation_id=organisation)
        assert can(viewer(kind, role), Permission.MANAGE_PEOPLE, row) == expected, (kind, role)
        row.tenant_id = ELSEWHERE
        assert not can(viewer(kind, role), Permission.MANAGE_PEOPLE, row)


def test_clearance_is_the_prime_administrators_alone() -> None:
    assert [pair for pair, granted in GRANTS.items() if Permission.GIVE_CLEARANCE in granted] == [
        ("prime", Role.ADMINISTRATOR)
    ]


def test_every_permission_is_somebodys_and_every_role_has_one_and_a_purpose() -> None:
    assert frozenset().union(*GRANTS.values()) == frozenset(Permission)
    assert all(GRANTS.values())
    assert PURPOSES.keys() == GRANTS.keys()
    assert {role for kind in Organisation.Kind for role in roles_of(kind)} == set(Role)
    assert roles_of("provider") == [Role.MANAGER, Role.ADVISER, Role.ADMINISTRATOR]
