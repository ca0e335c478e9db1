"""The readable copy of a participant's data: a tagged PDF in plain language, made from what participants.copies found.

Rendered in a worker alone: a process that has used typst must not fork afterwards.
"""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from partners.papers import printed
from partners.viewer import LONDON

TEMPLATE = Path(__file__).with_name("letter.typ")


def rendered(found: dict[str, Any]) -> bytes:
    """The PDF of a copy as participants.copies.document made it."""
    return printed(TEMPLATE, told(found))


def told(found: dict[str, Any]) -> dict[str, Any]:
    """What the letter tells: words in place of codes, without ids and without what is empty."""
    about = found["about"]
    return {
        "workspace": about["workspace"],
        "participant": about["participant"],
        "request": about["request"],
        "law": about["law"],
        "made_on": spoken(about["made_at"]),
        "withheld": found["withheld"],
        "contracts": found["contracts"],
        "sections": [
            {
                "label": section["label"],
                "meaning": section["meaning"],
                "rows": [list(pairs(row, section["fields"])) for row in section["rows"]],
            }
            for section in found["sections"]
        ],
    }


def pairs(row: dict[str, Any], fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a row says, as pairs of words."""
    for name, value in row.items():
        meaning = fields.get(name, name.replace("_", " ").capitalize())
        codes = meaning["codes"] if isinstance(meaning, dict) else {}
        words = in_words(codes.get(str(value), value))
        if words:
            yield (meaning["meaning"] if isinstance(meaning, dict) else meaning), words


def in_words(value: Any) -> str:
    """A value as people read it; empty for an id, which says nothing to anybody."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dict):
        said = ((name.replace("_", " "), in_words(part)) for name, part in value.items())
        return "; ".join(f"{name}: {words}" for name, words in said if words)
    if isinstance(value, list):
        return "; ".join(words for part in value if (words := in_words(part)))
    if value is None or value == "" or is_id(value):
        return ""
    return spoken(value) if isinstance(value, str) else str(value)


def is_id(value: Any) -> bool:
    """Whether a text is a UUID."""
    return (
        isinstance(value, str)
        and len(value) == 36
        and [len(part) for part in value.split("-")] == [8, 4, 4, 4, 12]
    )


def spoken(text: str) -> str:
    """A date or moment in ISO 8601 as London writes it; any other text as it is."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return f"{day.day} {day:%B %Y}"
        moment = (
            datetime.fromisoformat(text).astimezone(LONDON) if len(text) >= 19 and text[4:5] == "-" else None
        )
    except ValueError:
        return text
    return f"{moment.day} {moment:%B %Y, %H:%M}" if moment else text
