"""Answers kept so that a repeated request has one effect."""

from django.db import models

from partners.models.base import TenantModel
from partners.walls import tenant_key, walled


class IdempotentAnswer(TenantModel):
    """The answer to a POST with an Idempotency-Key, stored in the transaction of its effect; 2xx answers only."""

    key = tenant_key("partners.ApiKey")
    idempotency_key = models.CharField(max_length=255)
    path = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    location = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            *walled("partners_idempotentanswer", "key", delete=True),
            models.UniqueConstraint(
                fields=["tenant", "key", "idempotency_key"], name="partners_idempotentanswer_once"
            ),
        ]
