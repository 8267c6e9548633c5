"""Tables that leave the office: numbers that would point at somebody are withheld.

A number of one to four people is withheld (one of nobody names nobody). What remains must not give
it away: where a withheld number follows from totals and from the others, a further number is
withheld, the smallest that will do. That nothing follows is proven, not hoped: the sums are solved
as equations.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from app.domain.revisit_report import Figure, Report, Sum
from app.domain.year_facts import YearFacts

FEWEST = 5
"""Fewer people than this are not told apart outside the office."""

NOTE = f"涉及不足{FEWEST}人的数字以“*”代替；为防止由合计反推，另有个别数字一并隐去。0 照常列出。"

_PRIME = (1 << 61) - 1  # equations are solved modulo this: exact, and without fractions


def guarded(report: Report) -> Report:
    """Return ``report`` with small numbers withheld everywhere, and nobody behind the others."""
    counts, small = _numbers(report)
    hidden = withheld(counts, small, [one for one in report.sums if _is_told(one, counts)])

    def shown(figure: Figure) -> Figure:
        keys = (figure.part, figure.of) if figure.whole is not None else (figure.key,)
        if any(key in hidden for key in keys):
            return Figure(figure.key, 0, withheld=True)  # the number itself is not carried along
        return dataclasses.replace(figure, people=())

    tables = tuple(
        dataclasses.replace(
            table,
            lines=tuple(
                dataclasses.replace(line, figures=tuple(map(shown, line.figures)))
                for line in table.lines
            ),
        )
        for table in report.tables
    )
    return dataclasses.replace(report, tables=tables, people={}, guarded=True)


def guarded_requests(facts: YearFacts) -> YearFacts:
    """Return ``facts`` with small numbers of requests withheld: those that few people raised."""
    figures = {one.key: one for one in (facts.requests, facts.answered, facts.told, facts.open)}
    small = {key for key, one in figures.items() if 0 < len(one.people) < FEWEST}
    counts = {key: one.count for key, one in figures.items()}
    total = Sum(facts.requests.key, (facts.answered.key, facts.open.key))
    hidden = withheld(counts, small, [total])

    def shown(figure: Figure) -> Figure:
        if figure.key in hidden:
            return Figure(figure.key, 0, withheld=True)
        return dataclasses.replace(figure, people=())

    return dataclasses.replace(
        facts,
        requests=shown(facts.requests),
        answered=shown(facts.answered),
        told=shown(facts.told),
        open=shown(facts.open),
    )


def _numbers(report: Report) -> tuple[dict[str, int], set[str]]:
    """Return every number that is printed, or told by a share, and which of them are small."""
    counts: dict[str, int] = {}
    small: set[str] = set()
    for table in report.tables:
        for line in table.lines:
            for figure in line.figures:
                if figure.whole is None:
                    counts[figure.key] = figure.count
                    if 0 < len(figure.people) < FEWEST:
                        small.add(figure.key)
                else:
                    counts.setdefault(figure.of, figure.whole)
    return counts, small | {key for key, count in counts.items() if 0 < count < FEWEST}


def _is_told(one: Sum, counts: Mapping[str, int]) -> bool:
    """Whether all numbers of a sum are printed: of others nobody learns a part."""
    return all(key in counts for key in (one.total, *one.parts))


def withheld(counts: Mapping[str, int], small: Iterable[str], sums: Sequence[Sum]) -> set[str]:
    """Return the keys of all numbers to withhold, so that none of ``small`` can be worked out."""
    small = set(small)
    hidden = set(small)
    while True:
        more = _given_away(hidden, counts, sums) or _follows(hidden, small, counts, sums)
        if not more:
            return hidden
        hidden.add(more)


def _given_away(hidden: set[str], counts: Mapping[str, int], sums: Sequence[Sum]) -> str:
    """Return what to withhold because one sum alone gives a withheld number away, or ``""``.

    Alone in its sum it follows from the rest; a few that come to fewer than ``FEWEST`` together are
    as good as told.
    """
    for one in sums:
        parts = [key for key in one.parts if key in hidden]
        if not parts:
            if one.total in hidden:
                found = _smallest(one.parts, hidden, counts)
                if found:
                    return found
            continue
        if one.total in hidden:
            continue
        if len(parts) == 1 or sum(counts[key] for key in parts) < FEWEST:
            return _smallest(one.parts, hidden, counts) or one.total
    return ""


def _smallest(keys: Iterable[str], hidden: set[str], counts: Mapping[str, int]) -> str:
    """Return the smallest number still shown: one of nobody only if there is no other."""
    open_ = [key for key in keys if key not in hidden]
    return min(open_, key=lambda key: (counts[key] == 0, counts[key], key), default="")


def _follows(
    hidden: set[str], small: set[str], counts: Mapping[str, int], sums: Sequence[Sum]
) -> str:
    """Return what to withhold because all sums together give a small number away, or ``""``."""
    unknown = sorted(hidden)
    place = {key: number for number, key in enumerate(unknown)}
    rows = []
    for one in sums:
        row: dict[int, int] = {}
        for key, sign in ((one.total, 1), *((part, -1) for part in one.parts)):
            if key in place:
                row[place[key]] = (row.get(place[key], 0) + sign) % _PRIME
        row = {at: value for at, value in row.items() if value}
        if row:
            rows.append(row)
    for told in solved(rows):
        if unknown[told] in small:
            key = unknown[told]
            near = [one for one in sums if key == one.total or key in one.parts]
            keys = [each for one in near for each in (*one.parts, one.total)]
            return _smallest(keys, hidden, counts) or _smallest(counts, hidden, counts)
    return ""


def solved(rows: Iterable[Mapping[int, int]]) -> list[int]:
    """Return the unknowns that these equations (unknown → factor) determine."""
    basis: dict[int, dict[int, int]] = {}  # by leading unknown
    for given in rows:
        row = dict(given)
        for lead in sorted(basis):
            if lead in row:
                _subtract(row, basis[lead], row[lead])
        if not row:
            continue
        lead = min(row)
        inverse = pow(row[lead], -1, _PRIME)
        row = {at: value * inverse % _PRIME for at, value in row.items()}
        for other in basis.values():
            if lead in other:
                _subtract(other, row, other[lead])
        basis[lead] = row
    return [lead for lead, row in basis.items() if len(row) == 1]


def _subtract(row: dict[int, int], other: Mapping[int, int], factor: int) -> None:
    for at, value in other.items():
        rest = (row.get(at, 0) - factor * value) % _PRIME
        if rest:
            row[at] = rest
        else:
            row.pop(at, None)
