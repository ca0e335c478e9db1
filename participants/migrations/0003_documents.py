import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import partners.identifiers
import partners.walls

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0002_restricted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant", models.ForeignKey(on_delete=PROTECT, related_name="+", to="partners.tenant")),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=PROTECT,
                        related_name="documents",
                        to="participants.participant",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False, on_delete=PROTECT, related_name="+", to="programmes.contract"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False, on_delete=PROTECT, related_name="+", to="partners.organisation"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("consent", "Consent"),
                            ("cv", "CV"),
                            ("work", "Evidence of work"),
                            ("letter", "Letter"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("content_type", models.CharField(max_length=80)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("stored_as", models.CharField(max_length=80)),
                (
                    "added_by",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("added_at", models.DateTimeField()),
                ("added_on", models.DateField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "removal_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("wrong_person", "It belongs to somebody else"),
                            ("mistake", "It was added by mistake"),
                            ("replaced", "A newer one replaces it"),
                            ("withdrawn", "The participant does not want it kept"),
                        ],
                        max_length=12,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "participant", "added_at"], name="document_of_participant")
                ],
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        delete=True,
                        name="participants_document_wall",
                        select={
                            "prime": "",
                            "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id"
                            " from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where"
                            " p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id"
                            " and {table}.added_on between p.starts_on and p.ends_on))",
                        },
                        update=("removed_at", "removed_by", "removal_reason"),
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_document_participant_within"
                    ),
                    partners.walls.Reference(field="contract", name="participants_document_contract_within"),
                    partners.walls.Reference(
                        field="organisation", name="participants_document_organisation_within"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "stored_as"), name="participants_document_stored"
                    ),
                ],
            },
        ),
    ]
