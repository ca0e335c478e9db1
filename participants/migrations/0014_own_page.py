"""Participants' own pages, what they send from them, and what erasing a person leaves of that."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


ERASING = """
insert into wall.erasing values
  ('participants_ownpage', $$ update public.participants_ownpage set number = '', ended_at = coalesce(ended_at, now())
     where participant_id = $1 and tenant_id = $2 $$),
  ('participants_message', $$ update public.participants_message set words = '', phone = '', email = ''
     where participant_id = $1 and tenant_id = $2 $$);
grant select, update (number, ended_at) on public.participants_ownpage to baton_definer;
grant select, update (words, phone, email) on public.participants_message to baton_definer;
"""
REMOVE_ERASING = "delete from wall.erasing where of_table in ('participants_ownpage', 'participants_message')"


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0013_saved_views"),
        ("partners", "0008_participants_who_look"),
        ("programmes", "0006_evidence_confidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("words", "Message"),
                            ("details", "New phone number or e-mail"),
                            ("document", "Payslip or other document"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("sent_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("taken", models.BooleanField(blank=True, null=True)),
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
                        related_name="+",
                        to="participants.participant",
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    models.Index(
                        condition=models.Q(("seen_at", None)),
                        fields=["tenant", "participant"],
                        name="message_not_seen",
                    )
                ],
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id not in (select b from wall.beyond(1) b))",
                        name="participants_message_wall",
                        select={
                            "participant": "participant_id = (select wall.participant())",
                            "prime": "",
                            "provider": "(participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h)",
                        },
                        update=("seen_at", "seen_by", "taken"),
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_message_participant_within"
                    ),
                    partners.walls.Reference(field="contract", name="participants_message_contract_within"),
                    partners.walls.Reference(
                        field="organisation", name="participants_message_organisation_within"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("seen_at", None), ("seen_by", None), ("taken", None)),
                            ("seen_at__isnull", False),
                            _connector="OR",
                        ),
                        name="participants_message_seen_then_taken",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnPage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("number", models.CharField(max_length=128)),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
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
                    "made_by",
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
            ],
            options={
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id not in (select b from wall.beyond(1) b))",
                        name="participants_ownpage_wall",
                        select={
                            "participant": "participant_id = (select wall.participant())",
                            "prime": "",
                            "provider": "(participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h)",
                        },
                        update=("wrong", "opened_at", "ended_at"),
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_ownpage_participant_within"
                    ),
                    partners.walls.Reference(field="contract", name="participants_ownpage_contract_within"),
                    partners.walls.Reference(
                        field="organisation", name="participants_ownpage_organisation_within"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("tenant", "participant", "contract"),
                        name="participants_ownpage_one_open",
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="document",
            name="added_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        partners.walls.RebuildWall(
            model_name="appointment",
            wall=partners.walls.Wall(
                apart="(participant_id not in (select b from wall.beyond(1) b))",
                name="participants_appointment_wall",
                select={
                    "participant": "participant_id = (select wall.participant())",
                    "prime": "",
                    "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.starts_on between p.starts_on and p.ends_on))",
                },
                update=(
                    "adviser",
                    "state",
                    "why",
                    "contact",
                    "closed_at",
                    "closed_by",
                    "reminded",
                    "reminded_at",
                ),
            ),
        ),
        partners.walls.RebuildWall(
            model_name="participant",
            wall=partners.walls.Wall(
                apart="(id is null or id not in (select b from wall.beyond(2) b))",
                name="participants_participant_wall",
                select={
                    "participant": "id = (select wall.participant())",
                    "prime": "",
                    "provider": "id in (select p.participant_id from wall.case_periods() p)",
                },
                update=("given_name", "family_name", "search_name", "born_on"),
            ),
        ),
        partners.walls.RebuildWall(
            model_name="plan",
            wall=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="participants_plan_wall",
                select={
                    "participant": "participant_id = (select wall.participant())",
                    "prime": "",
                    "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.agreed_on between p.starts_on and p.ends_on))",
                },
                update=("done",),
            ),
        ),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
    ]
