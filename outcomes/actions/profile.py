"""A new version of a contract's profile."""

from collections.abc import Sequence
from datetime import date, datetime

from outcomes.models import ProfileLine, ProfileVersion
from outcomes.performance.profiles import Bands, Promise, bands_of, in_force, promises, versions
from partners import events
from partners.acting import ActionError, action
from partners.locks import hold
from partners.models import DomainEvent
from partners.viewer import Viewer
from programmes.models import Contract


class NothingPromised(ActionError):
    """A profile without a line."""

    code = "nothing_promised"


class BandsOutOfOrder(ActionError):
    """Red would begin above amber."""

    code = "bands_out_of_order"


class OutsideContract(ActionError):
    """The version would come into force when there is no contract."""

    code = "outside_contract"


class SameProfile(ActionError):
    """It says what the profile says that will be in force on that day."""

    code = "same_profile"


@action
def load(
    *,
    contract: Contract,
    name: str,
    why: str,
    effective_from: date,
    bands: Bands,
    lines: Sequence[Promise],
    by: Viewer,
    at: datetime,
) -> ProfileVersion:
    """Make these lines the whole profile of the contract from a day on, judged by these bands.

    Sent twice it is loaded once. Raises NothingPromised, BandsOutOfOrder, OutsideContract or SameProfile.
    """
    assert by.user_id is not None  # a person loads, never a key
    hold(f"profile {contract.pk}")
    known = versions(contract)
    _check(contract, in_force(known, max(effective_from, by.today)), effective_from, bands, lines)
    version = ProfileVersion(
        tenant_id=by.tenant_id,
        contract=contract,
        number=1 + max((one.number for one in known), default=0),
        name=name,
        why=why,
        effective_from=effective_from,
        amber_below=bands.amber_below,
        red_below=bands.red_below,
        loaded_by_id=by.user_id,
        loaded_at=at,
    )
    version.save(force_insert=True)
    ProfileLine.objects.bulk_create(
        ProfileLine(tenant_id=by.tenant_id, version=version, contract=contract, **line._asdict())
        for line in lines
    )
    _record(version, len(lines), by, at)
    return version


def _check(
    contract: Contract,
    standing: ProfileVersion | None,
    effective_from: date,
    bands: Bands,
    lines: Sequence[Promise],
) -> None:
    """Raises NothingPromised, BandsOutOfOrder, OutsideContract or SameProfile. standing: the version in force then."""
    if not lines:
        raise NothingPromised("The profile needs at least one line.")
    if not 0 < bands.red_below <= bands.amber_below:
        raise BandsOutOfOrder("Red must begin at or below where amber begins.")
    if not contract.starts_on <= effective_from <= contract.ends_on:
        raise OutsideContract("Choose a day of the contract.")
    same_lines = sorted(promises(contract, standing), key=str) == sorted(lines, key=str)
    if same_lines and bands_of(standing) == bands:
        raise SameProfile("This is the profile already. Nothing was changed.")


def _record(version: ProfileVersion, lines: int, by: Viewer, at: datetime) -> None:
    events.record(
        "profile.loaded",
        version,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        contract=version.contract_id,
        number=version.number,
        lines=lines,
        effective_from=version.effective_from,
    )
