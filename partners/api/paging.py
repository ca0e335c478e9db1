"""Pages by key: the same page stays the same page while rows arrive."""

from typing import Any
from uuid import UUID

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination

from partners.api.problems import FieldError, invalid


class ByKey(CursorPagination):
    """Newest first, by the id, which sorts by time. At most 200 rows a page."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Any) -> Any:
        """The cursor of an earlier page; anything else is refused with 400."""
        try:
            cursor = super().decode_cursor(request)
            if cursor is not None:
                UUID(str(cursor.position))
        except (NotFound, ValueError) as error:
            sentence = "Follow the links next and previous of an earlier page."
            raise invalid([FieldError("", "invalid", sentence, parameter="cursor")]) from error
        return cursor
