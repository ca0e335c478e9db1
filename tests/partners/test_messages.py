"""Short messages to people: by GOV.UK Notify, by the e-mail service, or printed without where they would go."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from partners import messages
from tests.partners.notify_service import running

REFERENCE = UUID("0190b2f0-0000-7000-8000-000000000001")
WORDS = "Reminder: you have an appointment with Ada on Tuesday 24 November at 10:30."


def send(channel: str = "text", to: str = "+447700900123") -> None:
    messages.send(channel, to, subject="Your appointment", words=WORDS, reference=REFERENCE)


def test_without_a_service_the_words_are_printed_and_not_the_number(capsys: Any) -> None:
    send()
    printed = capsys.readouterr().out
    assert WORDS in printed
    assert str(REFERENCE) in printed
    assert "900123" not in printed


def test_e_mails_go_by_the_e_mail_service_where_there_is_no_notify(settings: Any, mailoutbox: Any) -> None:
    settings.SMTP = urlsplit("smtp://mail.example.org")
    send("email", "amina@example.org")
    [mail] = mailoutbox
    assert (mail.to, mail.subject, mail.body) == (["amina@example.org"], "Your appointment", WORDS)


def test_notify_takes_it_with_a_token_of_the_key(settings: Any) -> None:
    with running(settings) as notify:
        send()
        send("email", "amina@example.org")
    assert [(one.kind, one.to, one.words) for one in notify.sent] == [
        ("sms", "+447700900123", WORDS),
        ("email", "amina@example.org", WORDS),
    ]


@pytest.mark.parametrize(
    ("status", "raised"),
    [
        (400, messages.Undeliverable),
        (403, messages.Unavailable),
        (429, messages.Unavailable),
        (500, messages.Unavailable),
    ],
)
def test_what_notify_refuses_for_good_is_told_from_what_it_may_take_later(
    settings: Any, status: int, raised: type[Exception]
) -> None:
    with running(settings) as notify:
        notify.answer = status
        with pytest.raises(raised):
            send()


def test_a_key_that_is_wrong_is_for_the_operator_and_not_for_the_number(settings: Any) -> None:
    with running(settings):
        settings.NOTIFY_KEY = settings.NOTIFY_KEY.replace("26785a09", "26785a08")
        with pytest.raises(messages.Unavailable):
            send()


def test_nobody_there_is_unavailable(settings: Any) -> None:
    with running(settings):
        pass
    with pytest.raises(messages.Unavailable):
        send()
