"""Filters that put dates, moments, money and shares on screen, one way everywhere."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django import template

from partners.permissions import Role
from partners.viewer import LONDON

NOTHING: Final = "–"
MINUS: Final = "\N{MINUS SIGN}"

register = template.Library()


# What browsers write of themselves; the first mark decides, since each also names those it resembles.
BROWSERS = (
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("OPR", "Opera"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def pence(amount: int | str | None) -> str:
    """Whole pence as pounds: 123456 is £1,234.56, -50 is minus £0.50. Whatever is no number is a dash."""
    if not isinstance(amount, int):
        return NOTHING
    pounds, rest = divmod(abs(amount), 100)
    return f"{MINUS if amount < 0 else ''}£{pounds:,}.{rest:02}"


@register.filter
def count(number: int | str | None) -> str:
    """A whole number with its thousands apart: 1234 is 1,234. None is a dash."""
    if not isinstance(number, int):
        return NOTHING
    return f"{MINUS if number < 0 else ''}{abs(number):,}"


@register.filter
def percent(ratio: Decimal | float | str | None) -> str:
    """A ratio as a percentage with one decimal, halves up: 0.4125 is 41.3%. Whatever is no number is a dash."""
    if not isinstance(ratio, int | float | Decimal):
        return NOTHING
    share = Decimal(str(ratio)) * 100
    if not share.is_finite():
        return NOTHING
    share = share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{MINUS if share < 0 else ''}{abs(share):,}%"


@register.filter(expects_localtime=True)
def on(day: date | None) -> str:
    """A date in full: 14 March 2026; of a moment, London's date. None is a dash."""
    return f"{day.day} {day:%B %Y}" if day else NOTHING


@register.filter(expects_localtime=True)
def short_on(day: date | None) -> str:
    """A date for tables: 14 Mar 2026; of a moment, London's date. None is a dash."""
    return f"{day.day} {day:%b %Y}" if day else NOTHING


@register.filter
def weekday(day: date | None) -> str:
    """A date with its weekday: Monday 14 March. None is a dash."""
    return f"{day:%A} {day.day} {day:%B}" if day else NOTHING


@register.filter
def at(moment: datetime | None) -> str:
    """An aware moment as London's clock shows it: 14 Mar 2026, 9.30am; the full hour is 9am. None is a dash."""
    if not moment:
        return NOTHING
    local = moment.astimezone(LONDON)
    minutes = f".{local.minute:02}" if local.minute else ""
    return f"{short_on(local)}, {local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


@register.filter
def role(code: str | None) -> str:
    """A role in words: performance_manager is Performance manager. None is a dash."""
    return Role(code).label if code else NOTHING


@register.filter
def browser(user_agent: str) -> str:
    """The browser and the device in a few words, as far as the browser says: Firefox on Windows."""
    made_by = next((name for mark, name in BROWSERS if mark in user_agent), "A browser")
    device = next((name for mark, name in DEVICES if mark in user_agent), "")
    return f"{made_by} on {device}" if device else made_by
