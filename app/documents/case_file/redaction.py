"""A letter or form with every text in it replaced, its shape untouched."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from typing import Any

from app.domain.fields import FieldKind, form_fields
from app.domain.registration_form import RegistrationForm
from app.paper.letter import Letter

_SHAPE = frozenset(("align", "pages", "style", "key"))  # strings that nobody reads
_TEXTS = (FieldKind.TEXT, FieldKind.LONG_TEXT)


def redacted_letter(letter: Letter, replace: Callable[[str], str]) -> Letter:
    """Return ``letter`` with ``replace`` done to everything it says."""
    done: Letter = _done(letter, replace)
    return done


def redacted_form(form: RegistrationForm, replace: Callable[[str], str]) -> RegistrationForm:
    """Return a copy of ``form`` with ``replace`` done to every box."""
    made = copy.copy(form)
    for name, spec in form_fields(RegistrationForm).items():
        if spec.kind in _TEXTS and spec.section:
            setattr(made, name, replace(getattr(form, name)))
    made.filled = {}
    return made


def _done(value: Any, replace: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, tuple):
        return tuple(_done(one, replace) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: _done(getattr(value, field.name), replace)
            for field in dataclasses.fields(value)
            if field.name not in _SHAPE
        }
        return dataclasses.replace(value, **changed)
    return value
