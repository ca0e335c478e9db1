"""What this app keeps under keys: files, secrets of identity services, second factors, the audit."""

from collections import Counter

from allauth.mfa.models import Authenticator
from django.db.models import CharField, Count, F, Func, Value

from partners import files, organisation_sign_in, sealing
from partners.models import AuditDay, AuditEntry, SignInService
from partners.rotation import Sealed
from partners.second_factor import SecondFactorAdapter
from partners.viewer import Viewer

# Where allauth keeps the secret of each kind of second factor; a passkey has none.
SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def kinds() -> list[Sealed]:
    """Everything of this app."""
    return [
        Sealed("Files", count_files, renew_files),
        Sealed("Secrets of identity services", count_services, renew_services),
        Sealed("Second factors", count_second_factors, renew_second_factors, belongs_to_all=True),
        Sealed("Days and rows of the audit", count_audit, stays=True),
    ]


def count_files(system: Viewer) -> Counter[int]:
    return Counter(files.key_of(name) for name in files.names(system.tenant_id))


def renew_files(system: Viewer, most: int) -> int:
    """Files are no rows: one that is sealed twice at once is sealed all the same, and one that has gone stays gone."""
    done = 0
    for name in files.names(system.tenant_id):
        try:
            done += files.reseal(name, system.tenant_id)
        except files.NoSuchFile:
            continue
        if done == most:
            break
    return done


def count_services(system: Viewer) -> Counter[int]:
    return Counter(SignInService.objects.values_list("key_id", flat=True))


def renew_services(system: Viewer, most: int) -> int:
    older = SignInService.objects.exclude(key_id=sealing.newest()).order_by("pk")
    rows = list(older.select_for_update(skip_locked=True, no_key=True, of=("self",))[:most])
    for service in rows:
        of = {"tenant_id": service.tenant_id, "service_id": service.pk}
        secret = organisation_sign_in.unsealed(service.client_secret, service.key_id, **of)
        service.key_id, service.client_secret = organisation_sign_in.sealed(secret, **of)
        service.save(update_fields=["key_id", "client_secret"])
    return len(rows)


def count_second_factors(system: Viewer) -> Counter[int]:
    rows = Authenticator.objects.filter(type__in=SECRETS)
    return Counter(key_of(row.data[SECRETS[Authenticator.Type(row.type)]]) for row in rows)


def renew_second_factors(system: Viewer, most: int) -> int:
    done, adapter = 0, SecondFactorAdapter()
    for kind, name in SECRETS.items():
        older = Authenticator.objects.filter(type=kind).exclude(
            **{f"data__{name}__startswith": f"{sealing.newest()}:"}
        )
        rows = older.order_by("pk").select_for_update(skip_locked=True, no_key=True, of=("self",))
        for row in rows[: most - done]:
            row.data[name] = adapter.encrypt(adapter.decrypt(row.data[name]))
            row.save(update_fields=["data"])
            done += 1
    return done


def key_of(sealed: str) -> int:
    """The id of the key in "2:base64"."""
    return int(sealed.partition(":")[0])


def count_audit(system: Viewer) -> Counter[int]:
    """A chain that were made anew would prove nothing, so the audit keeps its keys for as long as it is kept."""
    found: Counter[int] = Counter()
    key = Func(F("digest"), Value(":"), Value(1), function="split_part", output_field=CharField())
    for table in (AuditEntry, AuditDay):
        rows = table.objects.exclude(digest="").order_by().values_list(key).annotate(Count("pk"))
        found += Counter({int(key_id): count for key_id, count in rows if key_id.isdecimal()})
    return found
