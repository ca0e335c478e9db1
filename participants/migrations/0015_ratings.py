"""How participants rate contacts, and what erasing a person leaves of that."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


ERASING = """
insert into wall.erasing values
  ('participants_rating', $$ update public.participants_rating set words = ''
     where participant_id = $1 and tenant_id = $2 $$);
grant select, update (words) on public.participants_rating to baton_definer;
"""
REMOVE_ERASING = "delete from wall.erasing where of_table = 'participants_rating'"


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0014_own_page"),
        ("partners", "0008_participants_who_look"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("programmes", "0006_evidence_confidence"),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Rating",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "Phone"),
                            ("video", "Video"),
                            ("in_person", "In person"),
                            ("text", "Text message"),
                            ("email", "E-mail"),
                            ("letter", "Letter"),
                        ],
                        max_length=12,
                    ),
                ),
                ("score", models.PositiveSmallIntegerField()),
                ("words", models.TextField(blank=True)),
                ("rated_at", models.DateTimeField()),
                ("rated_on", models.DateField()),
                (
                    "adviser",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.contact",
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
                        name="participants_rating_wall",
                        select={
                            "participant": "participant_id = (select wall.participant())",
                            "prime": "",
                            "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.rated_on between p.starts_on and p.ends_on))",
                        },
                    ),
                    partners.walls.Reference(
                        field="participant", name="participants_rating_participant_within"
                    ),
                    partners.walls.Reference(field="contract", name="participants_rating_contract_within"),
                    partners.walls.Reference(
                        field="organisation", name="participants_rating_organisation_within"
                    ),
                    partners.walls.Reference(field="contact", name="participants_rating_contact_within"),
                    models.UniqueConstraint(fields=("tenant", "contact"), name="participants_rating_once"),
                    models.CheckConstraint(
                        condition=models.Q(("score__range", (1, 5))), name="participants_rating_one_to_five"
                    ),
                ],
            },
        ),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
    ]
