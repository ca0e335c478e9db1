"""Words in which nobody may be named: what gives a person away, where organisations write to each other.

Found by form alone, so that the answer tells nothing about who is known here.
"""

import re
from typing import Final

from django.core.exceptions import ValidationError

GIVES_AWAY: Final = {
    "a National Insurance number": re.compile(
        r"(?<![a-z0-9])[a-z]{2}(?:[\s-]?\d{2}){3}(?:[\s-]?[a-d])?(?![a-z0-9])", re.ASCII | re.IGNORECASE
    ),
    "an e-mail address": re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]"),
    "a telephone number": re.compile(r"(?<![\w-])(?:\+\s?44|0)(?:[\s().-]*\d){9,10}(?!\d)", re.ASCII),
}


def names_nobody(words: str) -> None:
    """Raises ValidationError for what looks like one of GIVES_AWAY."""
    for what, form in GIVES_AWAY.items():
        if form.search(words):
            raise ValidationError(
                f"This looks like {what}. Take it out, and give the person's reference, such as PT-7K3M-92, instead.",
                code="names_somebody",
            )
