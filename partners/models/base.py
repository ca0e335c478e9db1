"""What every tenant table has."""

from django.db import models

from partners.identifiers import uuid7


class TenantModel(models.Model):
    """A row of one tenant: a UUID that sorts by time, and the tenant that every key and policy carries."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey("partners.Tenant", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
