"""Handovers between advisers, and what erasing a person leaves of them."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


ERASING = """
insert into wall.erasing values
  ('participants_handover', $$ update public.participants_handover set summary = ''
     where participant_id = $1 and tenant_id = $2 $$);
grant select, update (summary) on public.participants_handover to baton_definer;
"""
REMOVE_ERASING = "delete from wall.erasing where of_table = 'participants_handover'"


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0008_appointments"),
        ("partners", "0007_two_people"),
        ("programmes", "0006_evidence_confidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("leaving", "The adviser is leaving"),
                            ("cover", "Cover while the adviser is away"),
                            ("balance", "To balance caseloads"),
                            ("fit", "Skills or language that fit better"),
                            ("asked", "The participant asked for it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("summary", models.TextField()),
                ("given_at", models.DateTimeField()),
                ("given_on", models.DateField()),
                ("told_on", models.DateField(blank=True, null=True)),
                ("taken_up_at", models.DateTimeField(blank=True, null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.contract",
                    ),
                ),
                (
                    "from_adviser",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.organisation",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.participant",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
                (
                    "to_adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("taken_up_at", None)),
                        fields=["tenant", "to_adviser"],
                        name="handover_to_take_up",
                    )
                ],
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="participants_handover_wall",
                        select={
                            "prime": "",
                            "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.given_on between p.starts_on and p.ends_on))",
                        },
                        update=("told_on", "taken_up_at"),
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_handover_participant_within"
                    ),
                    partners.walls.Reference(field="contract", name="participants_handover_contract_within"),
                    partners.walls.Reference(
                        field="organisation", name="participants_handover_organisation_within"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_up_at", None), ("told_on", None)),
                            models.Q(("taken_up_at__isnull", False), ("told_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="participants_handover_taken_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_adviser", None),
                            models.Q(("from_adviser", models.F("to_adviser")), _negated=True),
                            _connector="OR",
                        ),
                        name="participants_handover_to_another",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
    ]
