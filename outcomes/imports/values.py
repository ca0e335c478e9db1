"""Cells as values: days, sums, hours and codes, as people write them in a British spreadsheet.

Each reader takes the text of a cell, trimmed and not empty, and returns the value or raises Wrong.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

# The day before the first of Excel's calendar, which knows a 29 February 1900.
EXCEL_DAY_0 = date(1899, 12, 30)
SERIAL = re.compile(r"[1-7]\d{4}")
BRITISH = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")
MOMENT = re.compile(rf"(.+?)(?:T|,? ){CLOCK.pattern}(Z?)")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
NAMED = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{4}|\d{2})")
SUM = re.compile(r"(?:£\s?)?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")
MOST_POUNDS = 1_000_000_000
PHONE = re.compile(r"\+?[\d\s().-]{6,29}")
BETWEEN = re.compile(r"[;,|/]")
WHOLE = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
HOURS = re.compile(r"\d{1,3}(?:\.\d)?0?")
FORMULA_STARTS = ("=", "+", "-", "@")
Reader = Callable[[str], Any]
YES_OR_NO = {
    **dict.fromkeys(("yes", "y", "true", "1"), True),
    **dict.fromkeys(("no", "n", "false", "0"), False),
}


class Wrong(Exception):
    """The cell cannot be what its column is for; the message goes on from the name of the column, and says what to do.

    It never says what stands in the cell, which may be about a person.
    """


def day(text: str) -> date:
    """A day: 03/04/2026 is 3 April. Also 3 April 2026, 2026-04-03, and the number that Excel keeps."""
    try:
        found = _day(text)
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2100:
        raise Wrong("is not a date. Write it as 03/04/2026 (3 April) or 2026-04-03.")
    return found


def _day(text: str) -> date | None:
    if SERIAL.fullmatch(text):
        return EXCEL_DAY_0 + timedelta(days=int(text))
    if found := ISO.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := BRITISH.fullmatch(text):
        return date(_year(found[4]), int(found[3]), int(found[1]))
    if found := NAMED.fullmatch(text):
        month = _month(found[2].lower())
        return date(_year(found[3]), month, int(found[1])) if month else None
    return None


def _month(word: str) -> int | None:
    """The month by its name, or by what it is cut to: apr, sep or sept."""
    names = (number for number, name in enumerate(MONTHS, 1) if word in (name, name[:3], name[:4]))
    return next(names, None)


def _year(digits: str) -> int:
    """Two digits are of this century: nothing that is imported is older."""
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def clock(text: str) -> time:
    """The time of a day, of 24 hours: 14:05 or 14:05:30."""
    found = CLOCK.fullmatch(text)
    try:
        return _time(*found.groups()) if found else _not_a_time()
    except ValueError:
        return _not_a_time()


def moment(text: str) -> datetime | date:
    """A day, and its time where there is one: as clocks in London say it, without a zone, or UTC where a Z says so."""
    found = MOMENT.fullmatch(text)
    if found is None:
        return day(text)
    *at, zone = found.groups()[1:]
    return datetime.combine(day(found[1]), clock(":".join(one or "00" for one in at)), UTC if zone else None)


def _time(hour: str, minute: str, second: str | None) -> time:
    return time(int(hour), int(minute), int(second or 0))


def _not_a_time() -> time:
    raise Wrong("is not a time. Write it as 14:05.")


def pounds(text: str) -> int:
    """A sum in pounds, £1,234.56, in whole pence."""
    found = SUM.fullmatch(text)
    whole = int(found[1].replace(",", "")) if found else MOST_POUNDS
    if found is None or whole >= MOST_POUNDS:
        raise Wrong("is not a sum in pounds. Write it as 1234.56 or £1,234.56.")
    return whole * 100 + int((found[2] or "").ljust(2, "0"))


def pence(text: str) -> int:
    """A whole number of pence."""
    if not WHOLE.fullmatch(text) or len(text) > 15:
        raise Wrong("is not a whole number of pence. Write it as 123456.")
    return int(text.replace(",", ""))


def count(text: str) -> int:
    """A whole number, 9,999 at most."""
    if not WHOLE.fullmatch(text) or len(text) > 5:
        raise Wrong("is not a whole number. Write it as 12.")
    return int(text.replace(",", ""))


def phone(text: str) -> str:
    """A telephone number, which may begin with a plus."""
    if not PHONE.fullmatch(text):
        raise Wrong("is not a telephone number. Write it as 07700 900123 or +44 7700 900123.")
    return text


def hours(text: str) -> Decimal:
    """Hours of a week, to a tenth."""
    if not HOURS.fullmatch(text):
        raise Wrong("is not a number of hours. Write it as 16 or 37.5.")
    return Decimal(text).quantize(Decimal("0.1"))


def words(most: int) -> Reader:
    """Text of so many letters at most, which no spreadsheet would run."""

    def read(text: str) -> str:
        plain = " ".join(text.split())
        if unicodedata.normalize("NFKC", plain).lstrip("'").startswith(FORMULA_STARTS):
            raise Wrong("looks like a formula. Take the first sign away.")
        if len(plain) > most:
            raise Wrong(f"is too long. It can have {most} letters at most.")
        return plain

    return read


def one_of(codes: dict[str, Any]) -> Reader:
    """A code, by the words that people write for it, folded."""

    def read(text: str) -> Any:
        if folded(text) not in codes:
            # The first word for each.
            known = {code: word for word, code in reversed(codes.items())}
            raise Wrong(f"is not known here. Write one of: {', '.join(reversed(known.values()))}.")
        return codes[folded(text)]

    return read


def some_of(codes: dict[str, Any]) -> Reader:
    """Codes with a semicolon, comma, bar or slash between them; none of them where it says none."""
    one = one_of(codes)

    def read(text: str) -> tuple[Any, ...]:
        return () if folded(text) == "none" else tuple(sorted({one(part) for part in BETWEEN.split(text)}))

    return read


def folded(text: str) -> str:
    """Words as they are compared: small letters, one space for everything between them."""
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())
