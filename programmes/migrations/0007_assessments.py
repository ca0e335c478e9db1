"""What is asked when a participant is assessed, version by version."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0008_participants_who_look"),
        ("programmes", "0006_evidence_confidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssessmentTemplate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.SlugField()),
                ("version", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=80)),
                ("questions", models.JSONField()),
                ("first_within_days", models.PositiveIntegerField()),
                ("again_after_days", models.PositiveIntegerField()),
                ("licence", models.CharField(blank=True, max_length=200)),
                ("source", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "programme",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessment_templates",
                        to="programmes.programme",
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
                        name="programmes_assessmenttemplate_wall",
                        select={"prime": "", "provider": ""},
                        update=("withdrawn_at",),
                    ),
                    partners.walls.Reference(
                        field="programme", name="programmes_assessmenttemplate_programme_within"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "programme", "code", "version"),
                        name="programmes_assessmenttemplate_version",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("tenant", "programme", "code"),
                        name="programmes_assessmenttemplate_in_force",
                    ),
                ],
            },
        ),
    ]
