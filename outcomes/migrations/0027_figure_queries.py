"""What providers say is wrong with their figures, and what is said until that is settled."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0026_days_to_go"),
        ("partners", "0007_two_people"),
        ("programmes", "0006_evidence_confidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="FigureQuery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("measure", models.CharField(max_length=40)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("by", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("payment_group", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("answered", "Answered"), ("closed", "Closed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "asked_by",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.organisation",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FigureRemark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("answered", "Answered"),
                            ("closed", "Closed"),
                            ("reopened", "Reopened"),
                        ],
                        max_length=8,
                    ),
                ),
                ("words", models.TextField(blank=True)),
                ("said_at", models.DateTimeField()),
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
                    "query",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remarks",
                        to="outcomes.figurequery",
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
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
        ),
        migrations.AddIndex(
            model_name="figurequery",
            index=models.Index(fields=["tenant", "contract", "asked_at"], name="figure_query_oldest"),
        ),
        migrations.AddConstraint(
            model_name="figurequery",
            constraint=partners.walls.Wall(
                name="outcomes_figurequery_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
                update=("state",),
            ),
        ),
        migrations.AddConstraint(
            model_name="figurequery",
            constraint=partners.walls.Reference(
                field="contract", name="outcomes_figurequery_contract_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="figurequery",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_figurequery_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="figurequery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=(
                    "tenant",
                    "contract",
                    "organisation",
                    "measure",
                    "first",
                    "last",
                    "by",
                    "payment_group",
                ),
                name="outcomes_figurequery_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="figurequery",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lte", models.F("last"))), name="outcomes_figurequery_months"
            ),
        ),
        migrations.AddConstraint(
            model_name="figureremark",
            constraint=partners.walls.Wall(
                name="outcomes_figureremark_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
            ),
        ),
        migrations.AddConstraint(
            model_name="figureremark",
            constraint=partners.walls.Reference(field="query", name="outcomes_figureremark_query_within"),
        ),
        migrations.AddConstraint(
            model_name="figureremark",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_figureremark_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="figureremark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("step", "closed"), models.Q(("words", ""), _negated=True), _connector="OR"
                ),
                name="outcomes_figureremark_in_words",
            ),
        ),
    ]
