"""Claims to the commissioner, what its system says of others, and samples of evidence with what came of them."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


# What erasing a person leaves of what people wrote about a claim and its second look.
ERASING = """
insert into wall.erasing values
  ('outcomes_claim', $$ update public.outcomes_claim set rejection_words = '',
     withdrawn_why = case when withdrawn_why = '' then '' else 'Erased' end
     where participant_id = $1 and tenant_id = $2 $$),
  ('outcomes_sampleitem', $$ update public.outcomes_sampleitem set words = '',
     reply = case when reply = '' then '' else 'Erased' end
     where participant_id = $1 and tenant_id = $2 $$),
  ('outcomes_unclaimed', $$ update public.outcomes_unclaimed set person = '', explained_as = ''
     where participant_id = $1 and tenant_id = $2 $$);
grant select, update (rejection_words, withdrawn_why) on public.outcomes_claim to baton_definer;
grant select, update (words, reply) on public.outcomes_sampleitem to baton_definer;
grant select, update (person, explained_as) on public.outcomes_unclaimed to baton_definer;
"""
REMOVE_ERASING = "delete from wall.erasing where of_table in ('outcomes_claim', 'outcomes_sampleitem', 'outcomes_unclaimed')"


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0007_statements"),
        ("participants", "0005_restricted_elsewhere"),
        ("partners", "0007_two_people"),
        ("programmes", "0005_evidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("claimed", "Claimed"),
                            ("validated", "Validated"),
                            ("paid", "Paid"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("clawback", "Clawback"),
                        ],
                        default="claimed",
                        max_length=12,
                    ),
                ),
                ("related_employer", models.BooleanField(default=False)),
                ("claimed_on", models.DateField()),
                ("claimed_at", models.DateTimeField()),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("validated_on", models.DateField(blank=True, null=True)),
                ("rejected_on", models.DateField(blank=True, null=True)),
                (
                    "rejection_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_evidence", "The evidence is missing or does not show it"),
                            ("wrong_dates", "The dates do not match"),
                            ("not_eligible", "The person was not eligible"),
                            ("out_of_work", "The person was not in work, or was on benefit"),
                            ("income", "Some of the income does not count"),
                            ("related_employer", "The employer belongs to the supply chain"),
                            ("claimed_before", "It was claimed before"),
                            ("late", "It was claimed too late"),
                            ("other", "Another reason"),
                        ],
                        max_length=20,
                    ),
                ),
                ("rejection_words", models.CharField(blank=True, max_length=300)),
                ("paid_on", models.DateField(blank=True, null=True)),
                ("withdrawn_on", models.DateField(blank=True, null=True)),
                ("withdrawn_why", models.CharField(blank=True, max_length=300)),
                ("clawback_on", models.DateField(blank=True, null=True)),
                ("clawback_why", models.TextField(blank=True)),
                ("recovered_on", models.DateField(blank=True, null=True)),
                (
                    "claimed_by",
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
                    "milestone",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="outcomes.milestone",
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
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outcomes.claim",
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
            name="ClaimSum",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("pence", models.BigIntegerField(blank=True, null=True)),
                ("paid_pence", models.BigIntegerField(blank=True, null=True)),
                ("recovered_pence", models.BigIntegerField(blank=True, null=True)),
                (
                    "claim",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sums",
                        to="outcomes.claim",
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
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("claimed_from", models.DateField()),
                ("claimed_to", models.DateField()),
                ("seed", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("population", models.PositiveIntegerField()),
                ("reply_by", models.DateField()),
                ("drawn_at", models.DateTimeField()),
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
                    "drawn_by",
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
        migrations.CreateModel(
            name="Recovery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("errors", models.PositiveIntegerField()),
                ("error_pence", models.BigIntegerField()),
                ("checked_pence", models.BigIntegerField()),
                ("population_pence", models.BigIntegerField()),
                ("pence", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "charge",
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
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to="outcomes.sample",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditGrant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("opens_on", models.DateField()),
                ("closes_on", models.DateField()),
                ("granted_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "granted_by",
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
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partners.tenant"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="outcomes.sample",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SampleItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sound", "The evidence shows it"),
                            ("error", "The evidence does not show it"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_evidence", "The evidence is missing or does not show it"),
                            ("wrong_dates", "The dates do not match"),
                            ("not_eligible", "The person was not eligible"),
                            ("out_of_work", "The person was not in work, or was on benefit"),
                            ("income", "Some of the income does not count"),
                            ("related_employer", "The employer belongs to the supply chain"),
                            ("claimed_before", "It was claimed before"),
                            ("late", "It was claimed too late"),
                            ("other", "Another reason"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300)),
                ("found_at", models.DateTimeField(blank=True, null=True)),
                ("reply", models.CharField(blank=True, max_length=600)),
                ("replied_at", models.DateTimeField(blank=True, null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("upheld", "The error stands"), ("overturned", "The provider is right")],
                        max_length=12,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "claim",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outcomes.claim",
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
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
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
                    "replied_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="outcomes.sample",
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
            name="Unclaimed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=60)),
                ("person", models.CharField(blank=True, max_length=60)),
                ("milestone_code", models.CharField(blank=True, max_length=40)),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("validated", "Validated"),
                            ("rejected", "Rejected"),
                            ("paid", "Paid"),
                            ("recovered", "Taken back"),
                        ],
                        max_length=12,
                    ),
                ),
                ("result_on", models.DateField()),
                ("pence", models.BigIntegerField(blank=True, null=True)),
                ("row_key", models.CharField(blank=True, max_length=120)),
                ("recorded_at", models.DateTimeField()),
                ("explained_as", models.CharField(blank=True, max_length=300)),
                ("explained_at", models.DateTimeField(blank=True, null=True)),
                (
                    "claim",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outcomes.claim",
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
                    "explained_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
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
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["tenant", "contract", "state"], name="claim_by_state"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["tenant", "participant"], name="claim_of_person"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_claim_wall",
                select={
                    "commissioner": "id in (select i.claim_id from outcomes_sampleitem i)",
                    "prime": "",
                    "provider": "organisation_id = (select wall.organisation())",
                },
                update=(
                    "state",
                    "reference",
                    "validated_on",
                    "rejected_on",
                    "rejection_reason",
                    "rejection_words",
                    "paid_on",
                    "withdrawn_on",
                    "withdrawn_why",
                    "clawback_on",
                    "clawback_why",
                    "recovered_on",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=partners.walls.Reference(field="milestone", name="outcomes_claim_milestone_within"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=partners.walls.Reference(
                field="participant", name="outcomes_claim_participant_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=partners.walls.Reference(field="contract", name="outcomes_claim_contract_within"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_claim_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=partners.walls.Reference(field="replaces", name="outcomes_claim_replaces_within"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["rejected", "withdrawn"]), _negated=True),
                fields=("tenant", "milestone"),
                name="outcomes_claim_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("reference", ""), _negated=True),
                    models.Q(("state__in", ["rejected", "withdrawn"]), _negated=True),
                ),
                fields=("tenant", "contract", "reference"),
                name="outcomes_claim_reference",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("recovered_on", None), ("state", "clawback"), _connector="OR"),
                name="outcomes_claim_recovered_after_clawback",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("paid_on", None), ("rejected_on", None), ("state", "claimed"), ("validated_on", None)
                    ),
                    models.Q(
                        ("paid_on", None),
                        ("rejected_on", None),
                        ("state", "validated"),
                        ("validated_on__isnull", False),
                    ),
                    models.Q(("paid_on__isnull", False), ("rejected_on", None), ("state", "paid")),
                    models.Q(
                        ("paid_on", None),
                        ("rejected_on__isnull", False),
                        ("state", "rejected"),
                        models.Q(("rejection_reason", ""), _negated=True),
                    ),
                    models.Q(
                        ("paid_on", None),
                        ("state", "withdrawn"),
                        ("withdrawn_on__isnull", False),
                        models.Q(("withdrawn_why", ""), _negated=True),
                    ),
                    models.Q(
                        ("clawback_on__isnull", False),
                        ("state", "clawback"),
                        models.Q(("clawback_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="outcomes_claim_as_its_state_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimsum",
            constraint=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_claimsum_wall",
                select={
                    "commissioner": "claim_id in (select i.claim_id from outcomes_sampleitem i)",
                    "prime": "",
                },
                update=("paid_pence", "recovered_pence"),
            ),
        ),
        migrations.AddConstraint(
            model_name="claimsum",
            constraint=partners.walls.Reference(field="claim", name="outcomes_claimsum_claim_within"),
        ),
        migrations.AddConstraint(
            model_name="claimsum",
            constraint=partners.walls.Reference(
                field="participant", name="outcomes_claimsum_participant_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="claimsum",
            constraint=models.UniqueConstraint(fields=("tenant", "claim"), name="outcomes_claimsum_once"),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=partners.walls.Wall(
                name="outcomes_sample_wall",
                select={
                    "commissioner": "id in (select g.sample_id from outcomes_auditgrant g)",
                    "prime": "",
                    "provider": "id in (select i.sample_id from outcomes_sampleitem i)",
                },
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=partners.walls.Reference(field="contract", name="outcomes_sample_contract_within"),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("claimed_to__gte", models.F("claimed_from"))),
                name="outcomes_sample_period_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gt", 0), ("size__lte", models.F("population"))),
                name="outcomes_sample_of_its_population",
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=partners.walls.Wall(
                name="outcomes_recovery_wall",
                select={
                    "commissioner": "sample_id in (select g.sample_id from outcomes_auditgrant g)",
                    "prime": "",
                },
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=partners.walls.Reference(field="sample", name="outcomes_recovery_sample_within"),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=partners.walls.Reference(field="contract", name="outcomes_recovery_contract_within"),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_recovery_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=partners.walls.Reference(field="charge", name="outcomes_recovery_charge_within"),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.UniqueConstraint(
                fields=("tenant", "sample", "organisation"), name="outcomes_recovery_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="recovery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_pence__gte", models.F("error_pence")),
                    ("error_pence__gt", 0),
                    ("errors__gt", 0),
                    ("pence__gt", 0),
                ),
                name="outcomes_recovery_of_errors",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditgrant",
            constraint=partners.walls.Wall(
                name="outcomes_auditgrant_wall",
                select={
                    "commissioner": "(organisation_id = (select wall.organisation()) and user_id = (select wall.viewing_user()) and ended_at is null and (select wall.today()) between opens_on and closes_on)",
                    "prime": "",
                },
                update=("ended_by", "ended_at"),
            ),
        ),
        migrations.AddConstraint(
            model_name="auditgrant",
            constraint=partners.walls.Reference(field="sample", name="outcomes_auditgrant_sample_within"),
        ),
        migrations.AddConstraint(
            model_name="auditgrant",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_auditgrant_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditgrant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("tenant", "sample", "user"),
                name="outcomes_auditgrant_one_each",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                name="outcomes_auditgrant_closes_after_opening",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="outcomes_auditgrant_ended_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_sampleitem_wall",
                select={
                    "commissioner": "sample_id in (select g.sample_id from outcomes_auditgrant g)",
                    "prime": "",
                    "provider": "organisation_id = (select wall.organisation())",
                },
                update=(
                    "finding",
                    "reason",
                    "words",
                    "found_by",
                    "found_at",
                    "reply",
                    "replied_by",
                    "replied_at",
                    "verdict",
                    "decided_by",
                    "decided_at",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=partners.walls.Reference(field="sample", name="outcomes_sampleitem_sample_within"),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=partners.walls.Reference(field="claim", name="outcomes_sampleitem_claim_within"),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=partners.walls.Reference(
                field="participant", name="outcomes_sampleitem_participant_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=partners.walls.Reference(field="contract", name="outcomes_sampleitem_contract_within"),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=partners.walls.Reference(
                field="organisation", name="outcomes_sampleitem_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.UniqueConstraint(
                fields=("tenant", "sample", "claim"), name="outcomes_sampleitem_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finding", ""), ("found_at", None), ("found_by", None), ("reason", "")),
                    models.Q(
                        ("finding", "sound"),
                        ("found_at__isnull", False),
                        ("found_by__isnull", False),
                        ("reason", ""),
                    ),
                    models.Q(
                        ("finding", "error"),
                        ("found_at__isnull", False),
                        ("found_by__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="outcomes_sampleitem_found_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("replied_at", None), ("replied_by", None), ("reply", "")),
                    models.Q(
                        ("finding", "error"),
                        ("replied_at__isnull", False),
                        ("replied_by__isnull", False),
                        models.Q(("reply", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="outcomes_sampleitem_replied_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("verdict", "")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("replied_at__isnull", False),
                        models.Q(("verdict", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="outcomes_sampleitem_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="unclaimed",
            constraint=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_unclaimed_wall",
                select={"prime": ""},
                update=("claim", "participant", "explained_as", "explained_by", "explained_at"),
            ),
        ),
        migrations.AddConstraint(
            model_name="unclaimed",
            constraint=partners.walls.Reference(field="contract", name="outcomes_unclaimed_contract_within"),
        ),
        migrations.AddConstraint(
            model_name="unclaimed",
            constraint=partners.walls.Reference(field="claim", name="outcomes_unclaimed_claim_within"),
        ),
        migrations.AddConstraint(
            model_name="unclaimed",
            constraint=partners.walls.Reference(
                field="participant", name="outcomes_unclaimed_participant_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="unclaimed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("row_key", ""), _negated=True),
                fields=("tenant", "row_key"),
                name="outcomes_unclaimed_imported_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="unclaimed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("explained_as", ""), ("explained_at", None), ("explained_by", None)),
                    models.Q(
                        ("explained_at__isnull", False),
                        ("explained_by__isnull", False),
                        models.Q(
                            ("claim__isnull", False),
                            models.Q(("explained_as", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="outcomes_unclaimed_explained_whole",
            ),
        ),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
    ]
