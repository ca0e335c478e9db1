"""What every tenant table has."""

from typing import Any

from django.db import models

from partners.identifiers import uuid7


class TenantModel(models.Model):
    """A row of one tenant: a UUID that sorts by time, and the tenant that every key and policy carries."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey("partners.Tenant", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Generated(models.GeneratedField):
    """A column that PostgreSQL works out, and that an insert does not ask back.

    What is asked back must be seen, so that each insert would be planned with every policy by which somebody looks.
    """

    db_returning = False  # type: ignore[assignment]

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """As Django's own, so that migrations need not know."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.GeneratedField", list(args), kwargs
