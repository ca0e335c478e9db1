"""What an export of the commissioner's portal says of a referral, as columns."""

from typing import Final

from outcomes.imports import values
from outcomes.imports.columns import Field, Kind
from programmes.eligibility import FACTS, Fact

NUMBER: Final = Field(
    "number",
    "National Insurance number",
    values.words(20),
    ("nino", "ni number", "ni no", "nin", "national insurance", "national insurance no"),
    required=False,
    hint="Kept sealed.",
)


def _text(code: str, label: str, most: int, *headings: str, hint: str = "") -> Field:
    """A column of text that may be left out."""
    return Field(code, label, values.words(most), headings, required=False, hint=hint)


def _circumstance(name: str, *headings: str) -> Field:
    """A fact that eligibility rules may ask about, in the words of its codes."""
    fact = FACTS[name]
    label = name.replace("_", " ").capitalize()
    return Field(name, label, _reader(fact), headings, required=False, hint=fact.question)


def _reader(fact: Fact) -> values.Reader:
    if fact.kind == "number":
        return values.count
    if fact.kind == "yes_no":
        return values.one_of(values.YES_OR_NO)
    codes = {values.folded(code): code for code in fact.choices}
    return values.some_of(codes) if fact.kind == "codes" else values.one_of(codes)


CIRCUMSTANCES: Final = (
    _circumstance("employment_status", "employment", "work status"),
    _circumstance("benefit", "benefits", "benefit type"),
    _circumstance("months_on_benefit"),
    _circumstance("concerns", "family concerns", "barriers"),
    _circumstance("right_to_work"),
    _circumstance("adults_working"),
)
TEXTS: Final = (
    _text("address", "Address", 200, "home address", "full address"),
    _text("postcode", "Postcode", 12, "post code"),
    _text("local_authority", "Local authority", 80, "borough", "council", hint="Else by the postcode."),
    Field(
        "phone",
        "Telephone",
        values.phone,
        ("phone", "mobile", "telephone number", "phone number"),
        required=False,
    ),
    _text("email", "E-mail", 254, "email address", "e mail address"),
    _text("safe_contact", "Safe way of contact", 200, "contact preference", "preferred contact"),
    _text(
        "payment_group",
        "Payment group",
        20,
        "group",
        "customer group",
        hint="Its code, where there are several.",
    ),
    _text("health_conditions", "Health conditions", 200, "health condition"),
)
REFERRALS: Final = Kind(
    "referrals",
    "Referrals",
    (
        Field(
            "row_key",
            "Portal referral id",
            values.words(60),
            ("referral id", "referral reference", "referral number", "referral ref", "portal id", "prap id"),
            hint="What the commissioner’s portal calls the referral.",
        ),
        Field(
            "referred",
            "Referred on",
            values.moment,
            ("referral date", "date of referral", "date referred", "referred", "referral date and time"),
            hint="The day, and the time where it has one, as the portal says: its clocks count from then.",
        ),
        Field(
            "time",
            "Time referred",
            values.clock,
            ("referral time", "time of referral", "time"),
            required=False,
            hint="Where the time has a column of its own.",
        ),
        Field("given_name", "Given name", values.words(80), ("first name", "forename", "given names")),
        Field("family_name", "Family name", values.words(80), ("surname", "last name")),
        Field("born_on", "Date of birth", values.day, ("dob", "birth date")),
        NUMBER,
        *TEXTS,
        Field(
            "contact_withheld",
            "Contact details withheld",
            values.one_of(values.YES_OR_NO),
            ("withheld",),
            required=False,
            hint="Yes where the commissioner keeps them to itself.",
        ),
        *CIRCUMSTANCES,
    ),
)
