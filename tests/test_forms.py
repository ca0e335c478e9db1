"""What a form looks like: every field with its label, hint and error, and nothing that was typed is lost."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django import forms
from django.utils.html import format_html
from pytest_django.asserts import assertInHTML, assertNotInHTML

HOSTILE = "<script>alert('x')</script>"
ESCAPED = "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;"
CHOICES = [("phone", "Phone"), ("letter", "Letter & envelope")]


class ContactForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="As on a letter.")
    channel = forms.ChoiceField(label="How", choices=CHOICES, widget=forms.RadioSelect)
    concerns = forms.MultipleChoiceField(
        label="Concerns", choices=CHOICES, widget=forms.CheckboxSelectMultiple, required=False
    )
    area = forms.ChoiceField(label="Area", choices=CHOICES)
    seen_on = forms.DateField(label="Date", widget=forms.DateInput)
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=600, required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    agreed = forms.BooleanField(label="The person agreed")
    letter = forms.FileField(label="Letter")
    contract = forms.CharField(widget=forms.HiddenInput)


def page(form: forms.Form) -> str:
    return str(form)


def sent(**changes: Any) -> str:
    """The page that answers what was sent: everything in order but for the changes."""
    typed = {
        "name": "Noor Example",
        "channel": "letter",
        "concerns": ["phone", "letter"],
        "area": "letter",
        "seen_on": "2026-03-14",
        "minutes": "20",
        "note": "First line\nsecond line",
        "agreed": "on",
        "contract": "serco-1",
    }
    return page(ContactForm({**typed, **changes}))


def one(field: forms.Field, typed: Any = None) -> str:
    """A form of a single field, called answer; asked for the first time where nothing was typed."""
    kind = type("OneField", (forms.Form,), {"answer": field})
    return page(kind() if typed is None else kind({"answer": typed}))


def test_a_form_keeps_what_was_typed() -> None:
    answer = sent(name="")  # something has to be wrong
    assertInHTML(
        '<input type="date" name="seen_on" value="2026-03-14" id="id_seen_on"'
        ' class="govuk-input govuk-input--width-10">',
        answer,
    )
    assertInHTML('<option value="letter" selected>Letter &amp; envelope</option>', answer)
    assert 'name="channel" value="letter" id="id_channel_1" class="govuk-radios__input" checked' in answer
    assert answer.count("checked") == 4  # a radio, two tick boxes of many, one of its own
    assert "First line\nsecond line</textarea>" in answer
    assert 'value="serco-1"' in answer


@pytest.mark.parametrize("typed", ["20 min", "1e", "twelve", "9" * 5000, "٢٠٠٠"])
def test_what_is_no_usable_number_is_refused_and_kept(typed: str) -> None:
    answer = sent(minutes=typed)
    assert f'value="{typed}"' in answer
    assert 'id="id_minutes_error"' in answer


def test_a_number_is_typed_as_text_because_the_browsers_own_control_loses_what_it_cannot_read() -> None:
    minutes = forms.IntegerField(min_value=1, max_value=600)
    assertInHTML(
        '<input type="text" name="answer" inputmode="numeric" id="id_answer"'
        ' class="govuk-input govuk-input--width-10">',
        one(minutes),
    )
    assert 'inputmode="decimal"' in one(forms.DecimalField(decimal_places=1))
    assert minutes.widget.attrs == {"min": 1, "max": 600}  # another form of the kind is as it was


def test_a_password_and_a_file_are_never_sent_back() -> None:
    answer = one(forms.CharField(widget=forms.PasswordInput, max_length=3), "a long pass phrase")
    assert "a long pass phrase" not in answer
    assert 'class="govuk-form-group govuk-form-group--error govuk-password-input"' in answer


def test_the_error_summary_leads_to_each_field() -> None:
    answer = page(ContactForm({}))
    for anchor, words in (
        ("id_name", "Fill in “Name”"),
        ("id_channel_0", "Choose an answer for “How”"),
        ("id_area", "Choose “Area”"),
        ("id_seen_on", "Fill in “Date”"),
        ("id_agreed", "Tick “The person agreed”"),
        ("id_letter", "Choose a file for “Letter”"),
    ):
        assertInHTML(f'<li><a href="#{anchor}">{words}</a></li>', answer)
        assert answer.count(f'id="{anchor}"') == 1


def test_the_summary_leads_to_the_first_of_grouped_choices_too() -> None:
    grouped = [("London", [("hackney", "Hackney")]), ("elsewhere", "Elsewhere")]
    answer = one(forms.ChoiceField(choices=grouped, widget=forms.RadioSelect), "nowhere")
    assert 'href="#id_answer_0_0"' in answer
    assert 'id="id_answer_0_0"' in answer


def test_what_is_wrong_with_a_hidden_field_or_the_whole_form_is_said_without_a_link() -> None:
    form = ContactForm({"contract": ""})
    form.add_error(None, "This person has left.")
    answer = page(form)
    assertInHTML("<li>This person has left.</li>", answer)
    assertInHTML("<li>Fill in “Contract”</li>", answer)


def test_a_form_without_errors_has_no_summary() -> None:
    assert "govuk-error-summary" not in page(ContactForm())
    assert "There is a problem" in page(ContactForm({}))


def test_a_field_is_described_by_its_hint_and_its_error() -> None:
    assert 'aria-describedby="id_name_helptext"' in page(ContactForm())
    answer = page(ContactForm({}))
    assertInHTML(
        '<input type="text" name="name" id="id_name" class="govuk-input govuk-input--error"'
        ' aria-invalid="true" aria-describedby="id_name_helptext id_name_error">',
        answer,
    )
    assertInHTML('<div id="id_name_helptext" class="govuk-hint">As on a letter.</div>', answer)
    assertInHTML(
        '<p id="id_name_error" class="govuk-error-message">'
        '<span class="govuk-visually-hidden">Error:</span> Fill in “Name”</p>',
        answer,
    )


def test_several_choices_stand_in_a_group_that_carries_the_description() -> None:
    answer = page(ContactForm({}))
    assert '<fieldset class="govuk-fieldset" aria-describedby="id_channel_error">' in answer
    assertInHTML('<legend class="govuk-fieldset__legend govuk-fieldset__legend--s">How</legend>', answer)


def test_an_empty_field_is_asked_for_by_its_name_unless_the_form_has_words_of_its_own() -> None:
    assert "Fill in “Answer”" in one(forms.CharField(), "")
    assert "Tick at least one of “Answer”" in one(
        forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple), ""
    )
    said = one(forms.CharField(error_messages={"required": "Say why."}), "")
    assert "Say why." in said
    assert "Fill in" not in said


def test_a_field_that_may_stay_empty_says_so_but_a_single_tick_box_need_not() -> None:
    assertInHTML('Note <span class="baton-optional">(optional)</span>', page(ContactForm()))
    assert "(optional)" not in one(forms.CharField())
    assert "(optional)" not in one(forms.BooleanField(required=False))


def test_radios_and_tick_boxes_each_have_their_label() -> None:
    answer = page(ContactForm())
    for kind, name in (("radios", "channel"), ("checkboxes", "concerns")):
        assertInHTML(
            f'<label class="govuk-label govuk-{kind}__label" for="id_{name}_1">Letter &amp; envelope</label>',
            answer,
        )
        assert f'data-module="govuk-{kind}"' in answer
    assertInHTML(
        '<label class="govuk-label govuk-checkboxes__label" for="id_agreed">The person agreed</label>', answer
    )


def test_a_select_and_a_textarea_carry_the_classes_of_the_design_system() -> None:
    answer = page(ContactForm())
    assert '<select name="area" class="govuk-select" id="id_area">' in answer
    assertInHTML('<label class="govuk-label govuk-label--s" for="id_area">Area</label>', answer)
    assertInHTML(
        '<textarea name="note" rows="4" cols="40" class="govuk-textarea" id="id_note"></textarea>', answer
    )
    assert "govuk-select govuk-select--error" in page(ContactForm({}))


def test_dates_times_and_moments_are_asked_for_in_the_browsers_own_way() -> None:
    assert 'type="date" name="answer" value="2026-03-14"' in one(forms.DateField(initial=date(2026, 3, 14)))
    assert 'type="time" name="answer" value="09:30"' in one(forms.TimeField(initial=time(9, 30)))
    summer = forms.DateTimeField(initial=datetime(2026, 7, 1, 8, 30, tzinfo=UTC))
    assert 'type="datetime-local" name="answer" value="2026-07-01T09:30"' in one(summer)
    assert "There is a problem" not in one(summer, "2026-07-01T09:30")


def test_a_form_adds_its_own_classes_and_shows_no_placeholder_or_browser_bubble() -> None:
    answer = one(
        forms.CharField(widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "placeholder": "x"}))
    )
    assertInHTML(
        '<input type="text" name="answer" class="govuk-input govuk-input--width-5" id="id_answer">', answer
    )
    assertInHTML('<input type="hidden" name="contract" id="id_contract">', page(ContactForm()))


@pytest.mark.parametrize(
    "field",
    [
        forms.CharField(label=HOSTILE),
        forms.CharField(help_text=HOSTILE),
        forms.BooleanField(label=HOSTILE),
        forms.ChoiceField(choices=[("a", HOSTILE)]),
        forms.ChoiceField(choices=[(HOSTILE, "a")], widget=forms.RadioSelect),
        forms.ChoiceField(choices=[("a", HOSTILE)], widget=forms.RadioSelect),
        forms.MultipleChoiceField(label=HOSTILE, choices=CHOICES, widget=forms.CheckboxSelectMultiple),
        forms.CharField(widget=forms.Textarea),
        forms.DateField(),
        forms.IntegerField(),
        forms.CharField(widget=forms.HiddenInput, max_length=2),
    ],
)
def test_markup_in_labels_hints_choices_values_and_errors_is_shown_as_text(field: forms.Field) -> None:
    for answer in (one(field, HOSTILE), one(field, ""), one(field)):
        assertNotInHTML(HOSTILE, answer)
        assert "<script" not in answer
    assert ESCAPED in one(field, HOSTILE)


def test_a_hint_that_is_markup_says_so_itself() -> None:
    hint = format_html('<a href="/help/">{}</a>', "Where to find it & how")
    assert '<a href="/help/">Where to find it &amp; how</a>' in one(forms.CharField(help_text=hint))


def test_a_nul_byte_is_refused_in_words() -> None:
    assert 'id="id_name_error"' in sent(name="Noor\0")
    assert 'id="id_area_error"' in sent(area="letter\0")
