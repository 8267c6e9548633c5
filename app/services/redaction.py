"""Whom and what a copy for strangers must not name: everybody and everything that the office knows."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.case_file import CaseFile
from app.domain.partial_date import DateStyle, write_date
from app.domain.pseudonyms import ADDRESS, NUMBER, PERSON, PHONE, SUBJECT, UNIT, Pseudonyms
from app.domain.settings import Settings
from app.domain.staff import Staff
from app.domain.subject import Subject


def pseudonyms_for(
    file: CaseFile,
    *,
    key: bytes,
    people: Sequence[Subject],
    staff: Sequence[Staff],
    settings: Settings,
) -> Pseudonyms:
    """Return what replaces, in one person's file, all names and numbers that the office knows.

    ``people`` and ``staff`` are all there are: a text may mention any of them. Of namesakes the
    file's own person is meant.
    """
    made = Pseudonyms(key)
    mine = file.dossier.subject
    for subject in (mine, *people):
        made.add(SUBJECT, subject.name, f"#{subject.id}")
    for one in staff:
        made.add(PERSON, one.name)
    for category, text in file.names:
        made.add(category, text)
    for name in (settings.office_name, settings.reporting_unit):
        made.add(UNIT, name)
    for number in (settings.letter_prefix, *file.file_number.split("、")):
        made.add(NUMBER, number)
    for subject in people:
        made.add(UNIT, subject.unit)
        made.add(ADDRESS, subject.address)
        made.add(PHONE, subject.phone)
    _add_mine(made, mine)
    _add_ways_of_saying(made, file, staff)
    return made


def _add_mine(made: Pseudonyms, mine: Subject) -> None:
    made.add(UNIT, mine.unit or mine.workplace)
    made.add(ADDRESS, mine.address)
    made.add_place(mine.address)
    made.add(PHONE, mine.phone)
    if mine.born_on is not None:
        texts = [write_date(mine.born_on, style) for style in DateStyle]
        made.add_birth(texts, mine.born_on.year)


def _add_ways_of_saying(made: Pseudonyms, file: CaseFile, staff: Sequence[Staff]) -> None:
    names = [text for category, text in file.names if category == PERSON]
    for name in (file.dossier.subject.name, *(one.name for one in staff), *names):
        made.add_spoken(name)
    for category, text in file.names:
        if category == ADDRESS:
            made.add_place(text)
