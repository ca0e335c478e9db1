"""Pages by key: the same page stays the same page while rows arrive."""

import re
from typing import Any
from uuid import UUID

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination

from partners.api.problems import FieldError, Refused, invalid

# ASCII alone: to Python the digits of every script are numbers.
NUMBER = re.compile(r"[0-9]{1,9}")


class ByKey(CursorPagination):
    """Newest first, by the id, which sorts by time. 1 to 200 rows a page."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: Any) -> int:
        """The rows that are asked for, PAGE_SIZE unless they are; anything but 1 to 200 is refused with 400."""
        asked = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not NUMBER.fullmatch(asked) or not 1 <= int(asked) <= self.max_page_size:
            raise refused("page_size", f"Ask for 1 to {self.max_page_size} rows, in digits.")
        return int(asked)

    def decode_cursor(self, request: Any) -> Any:
        """The cursor of an earlier page; anything else is refused with 400."""
        try:
            cursor = super().decode_cursor(request)
            position: Any = cursor.position if cursor else None
            is_ours = cursor is None or str(UUID(position)) == position
        except (NotFound, ValueError, TypeError, AttributeError):
            is_ours = False
        if not is_ours:
            raise refused("cursor", "Follow the links next and previous of an earlier page.")
        return cursor


def refused(parameter: str, sentence: str) -> Refused:
    """A query that cannot be taken."""
    return invalid([FieldError("", "invalid", sentence, parameter=parameter)])
