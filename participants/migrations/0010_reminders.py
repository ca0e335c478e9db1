"""How somebody may safely be reminded, and of which appointments they were; erasing forgets how."""

import partners.walls
from django.conf import settings
from django.db import migrations, models

SAID = "address = '', postcode = '', area_code = '', phone = '', email = '', safe_contact = ''"
ERASING = """
update wall.erasing set statement =
  $$ update public.participants_contactdetails set %s where participant_id = $1 and tenant_id = $2 $$
 where of_table = 'participants_contactdetails'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0009_handovers"),
        ("partners", "0007_two_people"),
        ("programmes", "0006_evidence_confidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="contactdetails",
            name="reminders",
            field=models.CharField(
                blank=True,
                choices=[("text", "Text message"), ("email", "E-mail")],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="contactdetails",
            name="reminders_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="contactdetails",
            name="changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="appointment",
            name="reminded",
            field=models.CharField(
                blank=True,
                choices=[
                    ("text", "Reminded by text message"),
                    ("email", "Reminded by e-mail"),
                    ("failed", "The reminder could not be delivered"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="reminded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        partners.walls.RebuildWall(
            model_name="contactdetails",
            wall=partners.walls.Wall(
                apart="(participant_id not in (select b from wall.beyond(1) b))",
                name="participants_contactdetails_wall",
                select={"prime": "", "provider": "participant_id in (select h from wall.held() h)"},
                update=(
                    "address",
                    "postcode",
                    "area_code",
                    "phone",
                    "email",
                    "safe_contact",
                    "reminders",
                    "reminders_on",
                    "changed_at",
                ),
            ),
        ),
        partners.walls.RebuildWall(
            model_name="appointment",
            wall=partners.walls.Wall(
                apart="(participant_id not in (select b from wall.beyond(1) b))",
                name="participants_appointment_wall",
                select={
                    "prime": "",
                    "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.starts_on between p.starts_on and p.ends_on))",
                },
                update=(
                    "adviser",
                    "state",
                    "why",
                    "contact",
                    "closed_at",
                    "closed_by",
                    "reminded",
                    "reminded_at",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="contactdetails",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reminders", ""), ("reminders_on", None)),
                    models.Q(
                        ("reminders", "text"),
                        ("reminders_on__isnull", False),
                        models.Q(("phone", ""), _negated=True),
                    ),
                    models.Q(
                        ("reminders", "email"),
                        ("reminders_on__isnull", False),
                        models.Q(("email", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="participants_contactdetails_reminders",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reminded", ""), ("reminded_at", None)),
                    models.Q(models.Q(("reminded", ""), _negated=True), ("reminded_at__isnull", False)),
                    _connector="OR",
                ),
                name="participants_appointment_reminded",
            ),
        ),
        migrations.RunSQL(
            ERASING % f"{SAID}, reminders = '', reminders_on = null"
            + "; grant update (reminders, reminders_on) on public.participants_contactdetails to baton_definer",
            ERASING % SAID,
        ),
    ]
