"""What providers commit to in the forecast call, and of whom."""

import django.db.models.deletion
import partners.identifiers
import partners.walls
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0021_profiles"),
        ("participants", "0006_enrolments_apart"),
        ("partners", "0007_two_people"),
        ("programmes", "0006_evidence_confidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.UUIDField(default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('week', models.DateField()),
                ('month', models.DateField()),
                ('starts', models.PositiveIntegerField()),
                ('job_starts', models.PositiveIntegerField()),
                ('job_outcomes', models.PositiveIntegerField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('committed_at', models.DateTimeField()),
                ('committed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contract', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.contract')),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.tenant')),
            ],
        ),
        migrations.CreateModel(
            name='CommittedPerson',
            fields=[
                ('id', models.UUIDField(default=partners.identifiers.uuid7, editable=False, primary_key=True, serialize=False)),
                ('count', models.CharField(max_length=20)),
                ('commitment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='outcomes.commitment')),
                ('contract', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.contract')),
                ('organisation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organisation')),
                ('participant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='participants.participant')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.tenant')),
            ],
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=partners.walls.Wall(name='outcomes_commitment_wall', select={'prime': '', 'provider': 'organisation_id = (select wall.organisation())'}),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=partners.walls.Reference(field='contract', name='outcomes_commitment_contract_within'),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=partners.walls.Reference(field='organisation', name='outcomes_commitment_organisation_within'),
        ),
        migrations.AddConstraint(
            model_name='committedperson',
            constraint=partners.walls.Wall(apart='(participant_id is null or participant_id not in (select b from wall.beyond(2) b))', name='outcomes_committedperson_wall', select={'prime': '', 'provider': '(organisation_id = (select wall.organisation()) and participant_id in (select h from wall.held() h))'}),
        ),
        migrations.AddConstraint(
            model_name='committedperson',
            constraint=partners.walls.Reference(field='commitment', name='outcomes_committedperson_commitment_within'),
        ),
        migrations.AddConstraint(
            model_name='committedperson',
            constraint=partners.walls.Reference(field='contract', name='outcomes_committedperson_contract_within'),
        ),
        migrations.AddConstraint(
            model_name='committedperson',
            constraint=partners.walls.Reference(field='organisation', name='outcomes_committedperson_organisation_within'),
        ),
        migrations.AddConstraint(
            model_name='committedperson',
            constraint=partners.walls.Reference(field='participant', name='outcomes_committedperson_participant_within'),
        ),
        migrations.AddConstraint(
            model_name='committedperson',
            constraint=models.UniqueConstraint(fields=('tenant', 'commitment', 'participant', 'count'), name='outcomes_committedperson_once'),
        ),
    ]
