"""Who answers for the data of a contract, and how long it is kept."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0001_first"),
        ("partners", "0006_audit"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataParty",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("controller", "Controller"),
                            ("joint_controller", "Joint controller"),
                            ("processor", "Processor"),
                            ("sub_processor", "Sub-processor"),
                        ],
                        max_length=16,
                    ),
                ),
                ("source", models.TextField()),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_parties",
                        to="programmes.contract",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
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
            options={
                "constraints": [
                    partners.walls.Wall(
                        delete=True,
                        name="programmes_dataparty_wall",
                        select={
                            "commissioner": "contract_id in (select c.id from programmes_contract c)",
                            "prime": "",
                            "provider": "contract_id in (select s.contract_id from programmes_supplyagreement s)",
                        },
                    ),
                    partners.walls.Reference(field="contract", name="programmes_dataparty_contract_within"),
                    partners.walls.Reference(
                        field="organisation", name="programmes_dataparty_organisation_within"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "contract", "organisation"),
                        name="programmes_dataparty_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DataTerms",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "erasure",
                    models.CharField(
                        choices=[
                            ("on_request", "When the person asks and no duty to keep stands against it"),
                            ("never_attended", "When the person asks, and only if they never attended"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "retention_run",
                    models.CharField(
                        choices=[("review", "Listed for approval"), ("automatic", "Erased by itself")],
                        default="review",
                        max_length=12,
                    ),
                ),
                ("source", models.TextField()),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_terms",
                        to="programmes.contract",
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
                        delete=True,
                        name="programmes_dataterms_wall",
                        select={
                            "commissioner": "contract_id in (select c.id from programmes_contract c)",
                            "prime": "",
                            "provider": "contract_id in (select s.contract_id from programmes_supplyagreement s)",
                        },
                    ),
                    partners.walls.Reference(field="contract", name="programmes_dataterms_contract_within"),
                    models.UniqueConstraint(fields=("tenant", "contract"), name="programmes_dataterms_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProcessingPurpose",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("sentence", models.CharField(max_length=200)),
                (
                    "lawful_basis",
                    models.CharField(
                        choices=[
                            ("consent", "Consent: UK GDPR Article 6(1)(a)"),
                            ("contract", "Contract with the person: UK GDPR Article 6(1)(b)"),
                            ("legal_obligation", "Legal obligation: UK GDPR Article 6(1)(c)"),
                            ("vital_interests", "Vital interests: UK GDPR Article 6(1)(d)"),
                            (
                                "public_task",
                                "Public task: UK GDPR Article 6(1)(e), Data Protection Act 2018 section 8",
                            ),
                            ("legitimate_interests", "Legitimate interests: UK GDPR Article 6(1)(f)"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "special_condition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "No special category data"),
                            ("explicit_consent", "Explicit consent: UK GDPR Article 9(2)(a)"),
                            (
                                "social_protection",
                                "Employment and social protection: UK GDPR Article 9(2)(b), Data Protection Act 2018 Schedule 1 paragraph 1",
                            ),
                            (
                                "government_purposes",
                                "Statutory and government purposes: UK GDPR Article 9(2)(g), Data Protection Act 2018 Schedule 1 paragraph 6",
                            ),
                            (
                                "safeguarding",
                                "Safeguarding: UK GDPR Articles 9(2)(g) and 10, Data Protection Act 2018 Schedule 1 paragraph 18",
                            ),
                        ],
                        max_length=24,
                    ),
                ),
                ("source", models.TextField()),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purposes",
                        to="programmes.contract",
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
                        delete=True,
                        name="programmes_processingpurpose_wall",
                        select={
                            "commissioner": "contract_id in (select c.id from programmes_contract c)",
                            "prime": "",
                            "provider": "contract_id in (select s.contract_id from programmes_supplyagreement s)",
                        },
                    ),
                    partners.walls.Reference(
                        field="contract", name="programmes_processingpurpose_contract_within"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "contract", "code"), name="programmes_processingpurpose_code"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "records",
                    models.CharField(
                        choices=[
                            (
                                "supporting",
                                "Supporting records: who the person is, and what was done with them",
                            ),
                            ("ephemeral", "Ephemeral records: copies and working files"),
                        ],
                        max_length=12,
                    ),
                ),
                ("length", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "unit",
                    models.CharField(
                        blank=True, choices=[("months", "months"), ("weeks", "weeks")], max_length=8
                    ),
                ),
                (
                    "counted_from",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("live_interest", "the end of live interest in the case"),
                            ("contract_end", "the last day of the contract"),
                            ("made", "the day on which the record was made"),
                        ],
                        max_length=16,
                    ),
                ),
                ("keep_until", models.DateField(blank=True, null=True)),
                ("starts_from", models.DateField(blank=True, null=True)),
                ("source", models.TextField()),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retention_rules",
                        to="programmes.contract",
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
                        delete=True,
                        name="programmes_retentionrule_wall",
                        select={
                            "commissioner": "contract_id in (select c.id from programmes_contract c)",
                            "prime": "",
                            "provider": "contract_id in (select s.contract_id from programmes_supplyagreement s)",
                        },
                    ),
                    partners.walls.Reference(
                        field="contract", name="programmes_retentionrule_contract_within"
                    ),
                    models.UniqueConstraint(
                        fields=("tenant", "contract", "records", "starts_from"),
                        name="programmes_retentionrule_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("counted_from", ""),
                                ("keep_until__isnull", False),
                                ("length", None),
                                ("unit", ""),
                            ),
                            models.Q(
                                ("keep_until", None),
                                ("length__isnull", False),
                                models.Q(("unit", ""), _negated=True),
                                models.Q(("counted_from", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="programmes_retentionrule_one_end",
                    ),
                ],
            },
        ),
    ]
