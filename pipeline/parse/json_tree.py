"""Values in nested JSON, by path; what is not there, or is of another type, is empty."""

from __future__ import annotations

from datetime import date
from typing import Any

from pipeline.parse.dates import calendar_date


def at(node: Any, path: str) -> Any:  # noqa: ANN401 - whatever the JSON holds
    """The value under a path of keys such as `statusModule/overallStatus`, or None."""
    for key in path.split("/"):
        node = node.get(key) if isinstance(node, dict) else None
    return node


def words(node: Any, path: str) -> str:  # noqa: ANN401 - as above
    """A string or number under a path, as text; "" where there is none."""
    found = at(node, path)
    return str(found).strip() if isinstance(found, (str, int)) and not isinstance(found, bool) else ""


def objects(node: Any, path: str) -> list[dict[str, Any]]:  # noqa: ANN401 - as above
    """The objects of a list under a path."""
    found = at(node, path)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def strings(node: Any, path: str) -> list[str]:  # noqa: ANN401 - as above
    """The strings of a list under a path."""
    found = at(node, path)
    return [each.strip() for each in found if isinstance(each, str)] if isinstance(found, list) else []


def day(node: Any, path: str) -> date | None:  # noqa: ANN401 - as above
    """A date such as `2026-03-04` under a path; a month stands for its first day."""
    parts = words(node, path).split("-")
    if len(parts) not in (2, 3) or not all(part.isdigit() for part in parts):
        return None
    return calendar_date(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) == 3 else 1)
