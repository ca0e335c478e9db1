"""Names as they are searched: without capitals, accents and punctuation."""

import unicodedata


def folded(*parts: str) -> str:
    """The parts in one line, letters and digits alone: folded("O’Neill", "Zoë-Ann") is "o neill zoe ann"."""
    plain = unicodedata.normalize("NFKD", " ".join(parts).casefold())
    kept = (letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
    return " ".join("".join(kept).split())
