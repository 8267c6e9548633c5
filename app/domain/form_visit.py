"""The visit that a registration form speaks of: offices have forms that are older than the program."""

from __future__ import annotations

import re
from datetime import date

from app.domain.partial_date import UnreadableDate, read_date
from app.domain.plan import METHODS
from app.domain.registration_form import RegistrationForm

_DAY = re.compile(r"\d{4}\s*[年./-]\s*\d{1,2}(?:\s*[月./-]\s*\d{1,2}\s*日?|\s*月)?|\d{8}")


def visit_day(form: RegistrationForm) -> date | None:
    """Return the day of the visit: the first date of its box, else the day the form was saved.

    Of a month it is the last day. A form that names no visit is a form begun before it: ``None``.
    """
    text = form.visited_on.strip()
    if not text:
        return None
    first = _DAY.search(text)
    for candidate in (text, first.group() if first else ""):
        try:
            known = read_date(candidate)
        except UnreadableDate:
            continue
        if known is not None:
            return known.last
    return form.saved_at.date() if form.saved_at is not None else None


def visit_method(form: RegistrationForm) -> str:
    """Return 实地, 电话 or 信函 if the box says so, else ``""``."""
    return next((method for method in METHODS if method in form.visited_on), "")
