"""Tenants, the organisations and people in them, and the record of what happened."""

from partners.models.base import TenantModel
from partners.models.event import DomainEvent, OutboxItem, ScheduledRun
from partners.models.people import ApiKey, Membership, Organisation, Tenant, User
from partners.models.requests import IdempotentAnswer

__all__ = [
    "ApiKey",
    "DomainEvent",
    "IdempotentAnswer",
    "Membership",
    "Organisation",
    "OutboxItem",
    "ScheduledRun",
    "Tenant",
    "TenantModel",
    "User",
]
