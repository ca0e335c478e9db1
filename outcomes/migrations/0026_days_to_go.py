"""Who is in work, and which milestone comes next on which day if the job lasts."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0024_added_found"),
        ("participants", "0006_enrolments_apart"),
        ("partners", "0007_two_people"),
        ("programmes", "0006_evidence_confidence"),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="InSight",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("ordinal", models.PositiveIntegerField()),
                ("on", models.DateField()),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.contract",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
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
                "indexes": [
                    models.Index(
                        fields=["tenant", "contract", "organisation", "code", "on"], name="insight_ahead"
                    )
                ],
                "constraints": [
                    partners.walls.Wall(
                        apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                        delete=True,
                        name="outcomes_insight_wall",
                        select={
                            "prime": "",
                            "provider": "(organisation_id = (select wall.organisation()) and participant_id in (select h from wall.held() h))",
                        },
                    ),
                    partners.walls.Reference(field="contract", name="outcomes_insight_contract_within"),
                    partners.walls.Reference(
                        field="organisation", name="outcomes_insight_organisation_within"
                    ),
                    partners.walls.Reference(field="participant", name="outcomes_insight_participant_within"),
                ],
            },
        ),
    ]
