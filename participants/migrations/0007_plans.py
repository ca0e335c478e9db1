"""Plans, and what erasing a person leaves of them."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


ERASING = """
insert into wall.erasing values
  ('participants_plan', $$ update public.participants_plan set goal = '', actions = '[]', done = '{}'
     where participant_id = $1 and tenant_id = $2 $$);
grant select, update (goal, actions, done) on public.participants_plan to baton_definer;
"""
REMOVE_ERASING = "delete from wall.erasing where of_table = 'participants_plan'"


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0006_enrolments_apart"),
        ("partners", "0007_two_people"),
        ("programmes", "0006_evidence_confidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("goal", models.CharField(max_length=300)),
                ("actions", models.JSONField(default=list)),
                ("done", models.JSONField(default=dict)),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("in_person", "Together, in person"),
                            ("remotely", "By phone or video"),
                            ("on_paper", "Signed on paper"),
                        ],
                        max_length=12,
                    ),
                ),
                ("agreed_on", models.DateField()),
                ("review_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        related_name="plans",
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
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="participants_plan_wall",
                        select={
                            "prime": "",
                            "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.agreed_on between p.starts_on and p.ends_on))",
                        },
                        update=("done",),
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_plan_participant_within"
                    ),
                    partners.walls.Reference(field="contract", name="participants_plan_contract_within"),
                    partners.walls.Reference(
                        field="organisation", name="participants_plan_organisation_within"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "participant", "contract", "number"), name="participants_plan_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("review_on__gt", models.F("agreed_on"))),
                        name="participants_plan_in_order",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
    ]
