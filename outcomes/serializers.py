"""Measures and figures as programs read them in JSON."""

from datetime import UTC
from typing import Any

from rest_framework import serializers

from outcomes.performance.figures import Figure
from partners.api.bodies import StrictSerializer, Text
from programmes.measure import Clock, Direction, Measure, Unit


class MeasureGiven(serializers.Serializer):
    """One entry of the registry. A measure without a denominator is a count."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    definition = serializers.CharField()
    numerator = serializers.CharField()
    denominator = serializers.CharField(allow_null=True)
    unit = serializers.ChoiceField([one.name.lower() for one in Unit])
    better = serializers.ChoiceField([one.name.lower() for one in Direction])
    clock = serializers.ChoiceField([one.name.lower() for one in Clock])
    months_after = serializers.IntegerField()
    minimum_sample = serializers.IntegerField()


class FigureGiven(serializers.Serializer):
    """One figure: `value` is a number, a share from 0 to 1 or working days; null where it is not known yet, or nobody
    could have it."""

    measure = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField(allow_null=True)


class ProviderGiven(serializers.Serializer):
    """The figures of one provider."""

    provider = serializers.CharField()
    name = serializers.CharField()
    figures = FigureGiven(many=True)


class FiguresGiven(serializers.Serializer):
    """The figures of a contract in a period: of everybody that you see together, and of each provider."""

    contract = serializers.CharField()
    period = serializers.CharField()
    payment_group = serializers.CharField(allow_null=True)
    area = serializers.CharField(allow_null=True)
    first_month = serializers.DateField()
    last_month = serializers.DateField()
    computed_at = serializers.DateTimeField(allow_null=True, default_timezone=UTC)
    figures = FigureGiven(many=True)
    providers = ProviderGiven(many=True)


class FiguresAsked(StrictSerializer):
    """Which figures."""

    contract = Text(max_length=60, help_text="Its code, such as `inspiring-families`.")
    period = Text(
        required=False,
        max_length=10,
        help_text="`year` (the contract year to date, the usual), `3`, `12`, `all`, `year-1` and so on for an earlier"
        " contract year, or a month such as `2026-05`.",
    )
    payment_group = Text(required=False, max_length=20, help_text="Its code; all without it.")
    area = Text(
        required=False, max_length=40, help_text="The code of an area of the contract; all without it."
    )


class NothingAsked(StrictSerializer):
    """No parameter at all."""


def measure_given(measure: Measure) -> dict[str, Any]:
    """An entry of the registry."""
    return {
        "code": measure.code,
        "label": measure.label,
        "definition": measure.definition,
        "numerator": measure.numerator,
        "denominator": measure.denominator or None,
        "unit": measure.unit.name.lower(),
        "better": measure.direction.name.lower(),
        "clock": measure.clock.name.lower(),
        "months_after": measure.months_after,
        "minimum_sample": measure.minimum_sample,
    }


def figure_given(figure: Figure) -> dict[str, Any]:
    """One figure; what its value is taken from beside it."""
    return {
        "measure": figure.measure.code,
        "value": None if figure.value is None else float(figure.value),
        "numerator": figure.amount,
        "denominator": figure.base,
    }
