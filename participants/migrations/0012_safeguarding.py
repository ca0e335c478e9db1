"""Concerns that whoever works with somebody raised, what was decided, and what erasing a person leaves of them."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


ERASING = """
insert into wall.erasing values
  ('participants_safeguardingreport', $$ update public.participants_safeguardingreport set words = '', did = ''
     where participant_id = $1 and tenant_id = $2 $$),
  ('participants_safeguardingdecision', $$ update public.participants_safeguardingdecision set words = ''
     where participant_id = $1 and tenant_id = $2 $$);
grant select, update (words, did) on public.participants_safeguardingreport to baton_definer;
grant select, update (words) on public.participants_safeguardingdecision to baton_definer;
"""
REMOVE_ERASING = (
    "delete from wall.erasing where of_table in"
    " ('participants_safeguardingreport', 'participants_safeguardingdecision')"
)


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0011_calendars"),
        ("partners", "0007_two_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="SafeguardingReport",
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
                            ("self_harm", "Harm to themselves"),
                            ("harmed", "Harm from somebody else"),
                            ("child", "A child is at risk"),
                            ("neglect", "Neglect, or not looking after themselves"),
                            ("radicalisation", "Being drawn into terrorism (Prevent)"),
                            ("other", "Something else"),
                        ],
                        max_length=16,
                    ),
                ),
                ("words", models.TextField()),
                ("did", models.TextField(blank=True)),
                ("in_danger", models.BooleanField()),
                ("raised_at", models.DateTimeField()),
                ("acknowledge_by", models.DateField()),
                ("decide_by", models.DateField()),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "acknowledged_by",
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
                    "raised_by",
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
            name="SafeguardingDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("children", "Referred to children's social care"),
                            ("adults", "Referred to adult social care"),
                            ("police", "Reported to the police"),
                            ("prevent", "Referred to Prevent"),
                            ("restrict", "The person is to be restricted"),
                            ("nothing", "No further action"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.TextField()),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
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
                (
                    "report",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="participants.safeguardingreport",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="safeguardingreport",
            index=models.Index(fields=["tenant", "participant"], name="safeguarding_of_person"),
        ),
        migrations.AddIndex(
            model_name="safeguardingreport",
            index=models.Index(
                condition=models.Q(("decided_at", None)),
                fields=["tenant", "organisation"],
                name="safeguarding_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="safeguardingreport",
            constraint=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="participants_safeguardingreport_wall",
                select={
                    "prime": "((select wall.cleared()) or raised_by_id = (select wall.viewing_user()))",
                    "provider": "(organisation_id = (select wall.organisation()) and participant_id in (select h from wall.held() h) and ((select wall.cleared()) or raised_by_id = (select wall.viewing_user())))",
                },
                update=("acknowledged_by", "acknowledged_at", "decided_at"),
            ),
        ),
        migrations.AddConstraint(
            model_name="safeguardingreport",
            constraint=partners.walls.Reference(
                field="participant", name="participants_safeguardingreport_participant_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="safeguardingreport",
            constraint=partners.walls.Reference(
                field="organisation", name="participants_safeguardingreport_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="safeguardingreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acknowledged_at", None), ("acknowledged_by", None), ("decided_at", None)),
                    models.Q(("acknowledged_at__isnull", False), ("acknowledged_by__isnull", False)),
                    _connector="OR",
                ),
                name="participants_safeguardingreport_steps",
            ),
        ),
        migrations.AddConstraint(
            model_name="safeguardingreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("decide_by__gte", models.F("acknowledge_by"))),
                name="participants_safeguardingreport_deadlines",
            ),
        ),
        migrations.AddConstraint(
            model_name="safeguardingdecision",
            constraint=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="participants_safeguardingdecision_wall",
                select={
                    "prime": "(select wall.cleared())",
                    "provider": "(organisation_id = (select wall.organisation()) and participant_id in (select h from wall.held() h) and (select wall.cleared()))",
                },
            ),
        ),
        migrations.AddConstraint(
            model_name="safeguardingdecision",
            constraint=partners.walls.Reference(
                field="participant", name="participants_safeguardingdecision_participant_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="safeguardingdecision",
            constraint=partners.walls.Reference(
                field="organisation", name="participants_safeguardingdecision_organisation_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="safeguardingdecision",
            constraint=partners.walls.Reference(
                field="report", name="participants_safeguardingdecision_report_within"
            ),
        ),
        migrations.AddConstraint(
            model_name="safeguardingdecision",
            constraint=models.UniqueConstraint(
                fields=("tenant", "report"), name="participants_safeguardingdecision_once"
            ),
        ),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
    ]
