"""One spelling for what people type: text, postcodes, addresses and telephone numbers."""

import re
import unicodedata

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

# The forms of a postcode, from the Royal Mail's programmers' guide; a space is put in or moved where it belongs.
POSTCODE = re.compile(r"(GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][ABD-HJLNP-UW-Z]{2})")
# Ofcom keeps these mobile numbers for drama; nobody has one.
DRAMA_MOBILE = re.compile(r"\+447700900\d{3}", re.ASCII)


class Misspelt(ValueError):
    """The text cannot be what it is meant to be; the message is a sentence for whoever typed it."""


JOINERS = frozenset("\u200c\u200d")


def plain(text: str) -> str:
    """The text in Unicode's composed form (NFC) without spaces around it.

    Raises Misspelt for control characters, unassigned surrogates and characters that nobody sees, which no keyboard
    types; only the two joiners of Persian and Indian scripts may stand between letters.
    """
    composed = unicodedata.normalize("NFC", text).strip()
    unseen = {letter for letter in composed if unicodedata.category(letter) in ("Cc", "Cf", "Cs")}
    if unseen - JOINERS or composed.strip("".join(JOINERS)) != composed:
        raise Misspelt(
            "Leave out control characters, such as line breaks, and characters that cannot be seen."
        )
    return composed


def postcode(text: str) -> str:
    """A postcode of the United Kingdom as it is written: "e81ea" is E8 1EA. Raises Misspelt."""
    found = POSTCODE.fullmatch("".join(text.split()).upper())
    if found is None:
        raise Misspelt("Enter a full UK postcode, such as E8 1EA.")
    return f"{found[1]} {found[2]}"


def district(written: str) -> str:
    """The district of a written postcode, its first half: E8 1EA is in E8."""
    return written.partition(" ")[0]


def email(text: str) -> str:
    """An e-mail address, composed as other text is. Raises Misspelt."""
    address = plain(text)
    try:
        validate_email(address)
    except ValidationError as error:
        raise Misspelt("Enter an e-mail address, such as name@example.org.") from error
    return address


def phone(text: str) -> str:
    """A telephone number in E.164: "020 7946 0018" is +442079460018. Raises Misspelt."""
    sentence = "Enter a telephone number, such as 020 7946 0018."
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException as error:
        raise Misspelt(sentence) from error
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    is_drama = settings.ALLOW_INVENTED_NUMBERS and DRAMA_MOBILE.fullmatch(written)
    if not phonenumbers.is_valid_number(number) and not is_drama:
        raise Misspelt(sentence)
    return str(written)


def as_dialled(number: str) -> str:
    """A kept telephone number as people read it: +442079460018 is 020 7946 0018; one from abroad keeps its country."""
    try:
        found = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return number
    is_here = found.country_code == phonenumbers.country_code_for_region("GB")
    form = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(found, form.NATIONAL if is_here else form.INTERNATIONAL))
