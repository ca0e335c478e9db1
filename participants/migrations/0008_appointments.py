"""Appointments, and what erasing a person leaves of them."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


ERASING = """
insert into wall.erasing values
  ('participants_appointment', $$ update public.participants_appointment set about = '', place = '', link = ''
     where participant_id = $1 and tenant_id = $2 $$);
grant select, update (about, place, link) on public.participants_appointment to baton_definer;
"""
REMOVE_ERASING = "delete from wall.erasing where of_table = 'participants_appointment'"


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0007_plans"),
        ("partners", "0007_two_people"),
        ("programmes", "0006_evidence_confidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("in_person", "In person"), ("phone", "Phone"), ("video", "Video")],
                        max_length=12,
                    ),
                ),
                ("about", models.CharField(max_length=120)),
                ("place", models.CharField(blank=True, max_length=120)),
                ("link", models.URLField(blank=True, max_length=300)),
                ("starts_at", models.DateTimeField()),
                ("starts_on", models.DateField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("booked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("kept", "Kept"),
                            ("missed", "Did not attend"),
                            ("moved", "Moved"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="booked",
                        max_length=10,
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("forgot", "Forgot, or mistook the day"),
                            ("unwell", "Unwell, or another appointment for health"),
                            ("care", "Childcare or caring"),
                            ("travel", "Travel"),
                            ("work", "At work or at an interview"),
                            ("not_known", "Not known"),
                            ("adviser", "The adviser could not come"),
                            ("mistake", "Booked by mistake"),
                        ],
                        max_length=12,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "booked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.contact",
                    ),
                ),
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
                        related_name="appointments",
                        to="participants.participant",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "organisation", "starts_on"], name="appointment_of_day"),
                    models.Index(fields=["tenant", "participant", "starts_on"], name="appointment_of_person"),
                ],
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id not in (select b from wall.beyond(1) b))",
                        name="participants_appointment_wall",
                        select={
                            "prime": "",
                            "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.starts_on between p.starts_on and p.ends_on))",
                        },
                        update=("adviser", "state", "why", "contact", "closed_at", "closed_by"),
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_appointment_participant_within"
                    ),
                    partners.walls.Reference(
                        field="contract", name="participants_appointment_contract_within"
                    ),
                    partners.walls.Reference(
                        field="organisation", name="participants_appointment_organisation_within"
                    ),
                    partners.walls.Reference(field="contact", name="participants_appointment_contact_within"),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 5), ("minutes__lte", 480)),
                        name="participants_appointment_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at", None),
                                ("closed_by", None),
                                ("contact", None),
                                ("state", "booked"),
                                ("why", ""),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("contact__isnull", False),
                                ("state", "kept"),
                                ("why", ""),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("contact__isnull", False),
                                ("state", "missed"),
                                models.Q(("why", ""), _negated=True),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("contact", None),
                                ("state", "moved"),
                                ("why", ""),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("contact", None),
                                ("state", "cancelled"),
                                models.Q(("why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="participants_appointment_closed",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
    ]
