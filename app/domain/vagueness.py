"""Dates known only to a month or a year: every reading they allow."""

from __future__ import annotations

import calendar
from datetime import date
from itertools import product

from app.domain.happenings import DECIDING
from app.domain.kinds import FAMILY
from app.domain.partial_date import PartialDate
from app.domain.reckoning import ONE_DAY
from app.domain.subject import Dossier
from app.domain.terms import Chosen

MOST_READINGS = 1_200
"""Beyond this many combinations of days only months' ends, then only first and last days are tried."""

_CERTAIN: tuple[Chosen, ...] = ({},)


def readings(dossier: Dossier, as_of: date) -> tuple[Chosen, ...]:
    """Return every assumption about unknown days that could matter; one empty one when all are known."""
    vague: list[tuple[int, PartialDate]] = []
    undated: list[int] = []
    happened: list[tuple[int, PartialDate]] = []
    for sanction in dossier.sanctions:
        known = sanction.decided_on
        if known is not None and known.day is None and sanction.stated_from is None:
            vague.append((id(sanction), known))
    for event in dossier.events:
        if event.kind not in DECIDING:
            continue
        if event.on is None:
            undated.append(id(event))
        elif event.on.day is None:
            happened.append((id(event), event.on))
    if not (vague or undated or happened):
        return _CERTAIN
    choices: list[tuple[int, list[date | None]]] = []
    # An event without a day may have happened by now, or may not be true at all.
    choices += [(key, [as_of, None]) for key in undated]
    choices += [(key, _ends(known)) for key, known in happened]
    # Alone on its clock an end only moves one way, so the ends of the span say it all.
    clocks = [FAMILY.get(s.regime) for s in dossier.sanctions]
    alone = len(vague) == 1 and len(set(clocks)) == len(clocks)
    spread = (_ends,) if alone else (_days, _month_ends, _ends)
    for choose in spread:
        whole = choices + [(key, choose(known)) for key, known in vague]
        size = 1
        for _, options in whole:
            size *= len(options)
        if size <= MOST_READINGS:
            keys = [key for key, _ in whole]
            return tuple(
                dict(zip(keys, days, strict=True)) for days in product(*(o for _, o in whole))
            )
    return (
        {key: options[0] for key, options in whole},
        {key: options[-1] for key, options in whole},
    )


def _days(known: PartialDate) -> list[date | None]:
    count = (known.last - known.first).days + 1
    return [known.first + n * ONE_DAY for n in range(count)]


def _month_ends(known: PartialDate) -> list[date | None]:
    if known.month is not None:
        return _ends(known)
    return [
        day
        for month in range(1, 13)
        for day in (
            date(known.year, month, 1),
            date(known.year, month, calendar.monthrange(known.year, month)[1]),
        )
    ]


def _ends(known: PartialDate) -> list[date | None]:
    return [known.first, known.last]
