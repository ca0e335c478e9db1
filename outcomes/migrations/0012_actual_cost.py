"""The right of reply counts from the finding, a claim is valued when its price comes, and actual cost is claimed."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


# The owner fills the new column in for every tenant at once: for this one statement the walls do not bind it.
BACKFILL = """
alter table outcomes_sampleitem no force row level security;
update outcomes_sampleitem set reply_by = (found_at at time zone 'Europe/London')::date + 14 where finding = 'error';
alter table outcomes_sampleitem force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0011_imports"),
        ("participants", "0005_restricted_elsewhere"),
        ("partners", "0007_two_people"),
        ("programmes", "0005_evidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="sampleitem",
            name="reply_by",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finding", "error"), ("reply_by__isnull", False)),
                    models.Q(models.Q(("finding", "error"), _negated=True), ("reply_by", None)),
                    _connector="OR",
                ),
                name="outcomes_sampleitem_errors_may_be_answered",
            ),
        ),
        partners.walls.RebuildWall(
            "sampleitem",
            partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_sampleitem_wall",
                select={
                    "commissioner": "sample_id in (select g.sample_id from outcomes_auditgrant g)",
                    "prime": "",
                    "provider": "organisation_id = (select wall.organisation())",
                },
                update=(
                    *("finding", "reason", "words", "found_by", "found_at", "reply_by", "reply"),
                    *("replied_by", "replied_at", "verdict", "decided_by", "decided_at"),
                ),
            ),
        ),
        migrations.RemoveField(model_name="sample", name="reply_by"),
        partners.walls.RebuildWall(
            "claimsum",
            partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_claimsum_wall",
                select={
                    "commissioner": "claim_id in (select i.claim_id from outcomes_sampleitem i)",
                    "prime": "",
                },
                update=("pence", "paid_pence", "recovered_pence"),
            ),
        ),
        migrations.CreateModel(
            name="ActualCost",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("quarter", models.DateField()),
                ("months", models.PositiveSmallIntegerField()),
                ("pence", models.BigIntegerField()),
                ("what_for", models.CharField(max_length=300)),
                ("evidence", models.CharField(max_length=200)),
                ("claimed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_why", models.CharField(blank=True, max_length=300)),
                (
                    "claimed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "commissioner_charge",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outcomes.charge",
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
                    "provider_charge",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outcomes.charge",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    partners.walls.Wall(
                        name="outcomes_actualcost_wall",
                        select={"prime": ""},
                        update=("withdrawn_by", "withdrawn_at", "withdrawn_why"),
                    ),
                    *(
                        partners.walls.Reference(field=field, name=f"outcomes_actualcost_{field}_within")
                        for field in ("contract", "organisation", "commissioner_charge", "provider_charge")
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("tenant", "contract", "organisation", "quarter"),
                        name="outcomes_actualcost_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pence__gt", 0)), name="outcomes_actualcost_above_nothing"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by", None), ("withdrawn_why", "")),
                            models.Q(
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_by__isnull", False),
                                models.Q(("withdrawn_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="outcomes_actualcost_withdrawn_whole",
                    ),
                ],
            },
        ),
    ]
