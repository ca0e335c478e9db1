"""Profiles are kept in versions, each in force from a day on, with the bands by which it is judged."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0020_row_keys"),
        ("participants", "0006_enrolments_apart"),
        ("partners", "0007_two_people"),
        ("programmes", "0006_evidence_confidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='ProfileVersion',
            fields=[
                ('id', models.UUIDField(default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('why', models.CharField(max_length=300)),
                ('effective_from', models.DateField()),
                ('amber_below', models.PositiveSmallIntegerField(default=100)),
                ('red_below', models.PositiveSmallIntegerField(default=90)),
                ('loaded_at', models.DateTimeField()),
                ('contract', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.contract')),
                ('loaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.tenant')),
            ],
        ),
        migrations.CreateModel(
            name='ProfileLine',
            fields=[
                ('id', models.UUIDField(default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('measure', models.CharField(max_length=40)),
                ('amount', models.PositiveIntegerField()),
                ('illustrative', models.BooleanField(default=False)),
                ('contract', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.contract')),
                ('organisation', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.tenant')),
                ('version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='outcomes.profileversion')),
            ],
        ),
        migrations.AddConstraint(
            model_name='profileversion',
            constraint=partners.walls.Wall(name='outcomes_profileversion_wall', select={'commissioner': 'contract_id in (select c.id from programmes_contract c)', 'prime': '', 'provider': 'contract_id in (select s.contract_id from programmes_supplyagreement s)'}),
        ),
        migrations.AddConstraint(
            model_name='profileversion',
            constraint=partners.walls.Reference(field='contract', name='outcomes_profileversion_contract_within'),
        ),
        migrations.AddConstraint(
            model_name='profileversion',
            constraint=models.UniqueConstraint(fields=('tenant', 'contract', 'number'), name='outcomes_profileversion_number'),
        ),
        migrations.AddConstraint(
            model_name='profileversion',
            constraint=models.CheckConstraint(condition=models.Q(('red_below__lte', models.F('amber_below'))), name='outcomes_profileversion_bands_in_order'),
        ),
        migrations.AddConstraint(
            model_name='profileline',
            constraint=partners.walls.Wall(name='outcomes_profileline_wall', select={'commissioner': 'organisation_id is null and contract_id in (select c.id from programmes_contract c)', 'prime': '', 'provider': '(organisation_id = (select wall.organisation()) and contract_id in (select s.contract_id from programmes_supplyagreement s))'}),
        ),
        migrations.AddConstraint(
            model_name='profileline',
            constraint=partners.walls.Reference(field='version', name='outcomes_profileline_version_within'),
        ),
        migrations.AddConstraint(
            model_name='profileline',
            constraint=partners.walls.Reference(field='contract', name='outcomes_profileline_contract_within'),
        ),
        migrations.AddConstraint(
            model_name='profileline',
            constraint=partners.walls.Reference(field='organisation', name='outcomes_profileline_organisation_within'),
        ),
        migrations.AddConstraint(
            model_name='profileline',
            constraint=models.UniqueConstraint(fields=('tenant', 'version', 'organisation', 'month', 'measure'), name='outcomes_profileline_once', nulls_distinct=False),
        ),
    ]
