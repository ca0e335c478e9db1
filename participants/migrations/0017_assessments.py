"""Assessments and the answers about health, and what erasing a person leaves of them."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


ERASING = """
insert into wall.erasing values
  ('participants_assessment', $$ update public.participants_assessment set answers = '{}'
     where participant_id = $1 and tenant_id = $2 $$),
  ('participants_healthanswers', $$ delete from public.participants_healthanswers
     where participant_id = $1 and tenant_id = $2 $$);
grant select, update (answers) on public.participants_assessment to baton_definer;
grant select, delete on public.participants_healthanswers to baton_definer;
"""
REMOVE_ERASING = (
    "delete from wall.erasing where of_table in ('participants_assessment', 'participants_healthanswers')"
)


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0016_plan_confirmed"),
        ("partners", "0008_participants_who_look"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("programmes", "0007_assessments"),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("made_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("answers", models.JSONField(default=dict)),
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
                        related_name="assessments",
                        to="participants.participant",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.assessmenttemplate",
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
                        name="participants_assessment_wall",
                        select={
                            "prime": "",
                            "provider": "(participant_id in (select h from wall.held() h) or ((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.made_on between p.starts_on and p.ends_on)))",
                        },
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_assessment_participant_within"
                    ),
                    partners.walls.Reference(
                        field="contract", name="participants_assessment_contract_within"
                    ),
                    partners.walls.Reference(
                        field="organisation", name="participants_assessment_organisation_within"
                    ),
                    partners.walls.Reference(
                        field="template", name="participants_assessment_template_within"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthAnswers",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                (
                    "assessment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="health_answers",
                        to="participants.assessment",
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
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        name="participants_healthanswers_wall",
                        select={
                            "prime": "(select wall.cleared())",
                            "provider": "participant_id in (select h from wall.held() h)",
                        },
                    ),
                    partners.walls.Reference(
                        field="assessment", name="participants_healthanswers_assessment_within"
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_healthanswers_participant_within"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "assessment"), name="participants_healthanswers_once"
                    ),
                ],
            },
        ),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
    ]
