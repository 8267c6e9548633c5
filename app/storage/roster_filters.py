"""Which people a list holds and in which order, as parts of one SQL statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.registration_form import RegistrationForm
from app.domain.standing import Standing
from app.domain.subject import PARTY, Case, Event, Sanction, Subject
from app.domain.variants import writings
from app.services.ports import RosterFilter
from app.storage.marks import UNKNOWN_VERDICT
from app.storage.names import fold, tokens
from app.storage.tables import TABLE_OF, subject_search

_subject = TABLE_OF[Subject]
_standing = TABLE_OF[Standing]
_sanction = TABLE_OF[Sanction]
_form = TABLE_OF[RegistrationForm]
_NUMBERS = (
    TABLE_OF[Sanction].c.document_no,
    TABLE_OF[Event].c.document_no,
    TABLE_OF[Case].c.file_no,
)
_BRACKETS = (
    "〔〕[]()【】「」<>"  # folded: 校纪〔2026〕3号 is found as 校纪[2026]3号 and without any
)
_NOT_IN_NUMBERS = str.maketrans("", "", _BRACKETS)

VERDICT = sa.func.coalesce(_standing.c.verdict, UNKNOWN_VERDICT)


def _first_decision(*, party: bool) -> sa.ScalarSelect[Any]:
    of_regime = _sanction.c.regime == PARTY if party else _sanction.c.regime != PARTY
    return (
        sa.select(sa.func.min(_sanction.c.decided_on))
        .where(_sanction.c.subject_id == _subject.c.id, of_regime)
        .correlate(_subject)
        .scalar_subquery()
    )


_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "id": _subject.c.id,
    "name": _subject.c.name_key,
    "sex": _subject.c.sex,
    "born_on": _subject.c.born_on,
    "workplace": _subject.c.workplace_key,
    "unit": _subject.c.unit,
    "person_type": _subject.c.person_type,
    "phone": _subject.c.phone,
    "address": _subject.c.address,
    "party_kinds": _first_decision(party=True),
    "party_decided_on": _first_decision(party=True),
    "admin_kinds": _first_decision(party=False),
    "admin_decided_on": _first_decision(party=False),
    "last_day": _standing.c.last_day,
    "days_left": _standing.c.last_day,
    "verdict": VERDICT,
    "reason": sa.func.coalesce(_standing.c.reason, ""),
    "doubtful": sa.func.coalesce(_standing.c.doubtful, sa.false()),
    "visited_on": _standing.c.visited_on,
    "visited": sa.func.coalesce(_standing.c.visited, sa.false()),
    "filed": sa.func.coalesce(_standing.c.filed, sa.false()),
}
MAY_BE_UNKNOWN = {
    "born_on",
    "party_kinds",
    "party_decided_on",
    "admin_kinds",
    "admin_decided_on",
    "last_day",
    "days_left",
    "visited_on",
}
BY_DECISION = {"party_kinds", "party_decided_on", "admin_kinds", "admin_decided_on"}
_FROM_STANDING = {
    "last_day",
    "days_left",
    "verdict",
    "reason",
    "doubtful",
    "visited_on",
    "visited",
    "filed",
}
_MARKED = ("doubtful", "visited", "filed")  # what a filter asks for or against, as it is kept
SORTS = tuple(_SORTS)
"""What a list may be sorted by: every column of ``RosterRow``."""


def _terms(text: str) -> list[str]:
    return [folded for part in text.split() if (folded := fold(part))]


@dataclass(frozen=True, slots=True)
class Order:
    """One column that a list is sorted by; the unknown stands last whichever way round."""

    name: str
    by: sa.ColumnElement[Any]
    descending: bool

    def of(self, value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return how to sort by ``value``, which is ``by`` or stands for it."""
        directed = value.desc() if self.descending else value.asc()
        # Said only where it matters: it keeps SQLite from walking an index.
        return directed.nulls_last() if self.name in MAY_BE_UNKNOWN else directed


def orders_of(which: RosterFilter) -> list[Order]:
    """Return what ``which`` is sorted by, the weightiest first, each column once."""
    found: dict[str, Order] = {}
    for name, descending in ((which.sort_by, which.descending), *which.then_by):
        if name in _SORTS and name not in found:
            found[name] = Order(name, _SORTS[name], descending)
    return list(found.values()) or [Order("name", _SORTS["name"], False)]


def matching(
    connection: sa.Connection,
    query: Any,
    which: RosterFilter,
    *,
    today: date,
    ordered: bool = True,
    broad: bool = False,
) -> Any:
    """Narrow ``query`` to the people of ``which``, with the joins that filter and order need.

    ``broad``: many people match, so the first page is found sooner by walking the order's index
    and looking at each person than by sorting everybody the filter finds.
    """
    sorted_by = {one.name for one in orders_of(which)} if ordered else set()
    source: sa.FromClause = _subject
    if _asks_standing(which) or sorted_by & _FROM_STANDING:
        # An outer join, and conditions that SQLite cannot turn into an inner one, keep the people
        # in front, in the order of their index.
        walk = broad and not sorted_by & _FROM_STANDING
        known = not walk and (which.ends_within is not None or _verdicts_known(connection, which))
        source = source.join(_standing, _standing.c.subject_id == _subject.c.id, isouter=not known)
        verdict: sa.ColumnElement[Any] = _standing.c.verdict if known else VERDICT
        if broad and known:
            verdict = _unindexed("standing.verdict")
        for test in _standing_tests(which, today, verdict, known=known, broad=broad, walk=walk):
            query = query.where(test)
    query = query.select_from(source)
    if sorted_by & BY_DECISION:
        # Keeps people in the order in which the index of sanctions has them: SQLite would walk
        # another index and look all over that one, six times as long at a million people.
        query = query.where(_subject.c.id > 0)
    person = _unindexed("subject.id") if broad else _subject.c.id
    for column, wanted in (
        (_subject.c.unit, which.units),
        (_subject.c.person_type, which.person_types),
    ):
        if wanted:
            query = query.where(column.in_(wanted))
    if which.regimes or which.kinds:
        query = query.where(person.in_(_sanctioned(which)))
    if which.has_form is not None:
        # Without the forms of nobody: NOT IN would find nobody at all.
        owners = sa.select(_form.c.subject_id).where(_form.c.subject_id.is_not(None))
        there = _subject.c.id.in_(owners)
        query = query.where(there if which.has_form else ~there)
    for term in _terms(which.text):
        found: Any = sa.select(subject_search.c.rowid).where(_matches(_phrase(term)))
        if _is_number(term):
            found = sa.union_all(found, *_numbered(term))
        query = query.where(person.in_(found))
    return query


def _standing_tests(
    which: RosterFilter,
    today: date,
    verdict: sa.ColumnElement[Any],
    *,
    known: bool,
    broad: bool,
    walk: bool,
) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what ``which`` asks of the standing, in words that leave the order's index in front."""
    if which.verdicts:
        yield verdict.in_(which.verdicts)
    for name in _MARKED:
        if (wanted := getattr(which, name)) is not None:
            mark: sa.ColumnElement[Any] = _standing.c[name]
            if not known:
                mark = sa.func.coalesce(mark, sa.false())
            elif broad:
                mark = _unindexed(f"standing.{name}")
            yield mark.is_(wanted)
    if which.ends_within is not None:
        day: sa.ColumnElement[Any] = _standing.c.last_day
        if walk:
            day = sa.literal_column("coalesce(standing.last_day, '')")
        until = today + timedelta(days=which.ends_within)
        yield sa.type_coerce(day, sa.Date).between(today, until)


def first_term(which: RosterFilter) -> str:
    """Return the first word that is searched for, folded, or ``""``."""
    return next(iter(_terms(which.text)), "")


def phrase_of(which: RosterFilter) -> str:
    """Return what the search index is asked for: every word somewhere; empty without any."""
    return " AND ".join(map(_phrase, _terms(which.text)))


def only_tokens(which: RosterFilter) -> list[str]:
    """Return the tokens of the search index any of which is all that ``which`` asks for, if so."""
    terms = _terms(which.text)
    phrases = [tokens(one) for one in writings(terms[0])] if len(terms) == 1 else []
    return [] if any(" " in one for one in phrases) else phrases


def _phrase(term: str) -> str:
    """Return what finds ``term`` in any of its writings: 黄 is 黃 as well."""
    ways = " OR ".join(f'"{tokens(one)}"' for one in writings(term))
    return f"({ways})"


def _spelt(which: RosterFilter) -> sa.ColumnElement[bool]:
    return _matches(phrase_of(which))


def _matches(phrase: str) -> sa.ColumnElement[bool]:
    return subject_search.c.spelt.op("MATCH")(phrase)


def _is_number(term: str) -> bool:
    """Whether ``term`` may be of a document's number: figures beside words or brackets."""
    apart = not term.isascii() or "[" in term or "(" in term
    return apart and any(map(str.isdigit, term))


def _numbered(term: str) -> Iterator[Any]:
    """Yield how to find the people whose papers have ``term`` in their numbers."""
    wanted = term.translate(_NOT_IN_NUMBERS)
    for column in _NUMBERS:
        plain: Any = column
        for mark in (" ", *_BRACKETS, *"（）［］"):  # as typed, not folded
            plain = sa.func.replace(plain, mark, "")
        there = sa.select(column.table.c.subject_id).where(column != "")
        yield there.where(sa.func.lower(plain).contains(wanted, autoescape=True))


def only_searches(which: RosterFilter) -> bool:
    """Whether the search index alone knows who is meant, in the order of names."""
    by_name = [one.name for one in orders_of(which)] == ["name"]
    others = _asks_standing(which) or _asks_people(which)
    numbers = any(map(_is_number, _terms(which.text)))
    return by_name and bool(_terms(which.text)) and not others and not numbers


def counting(connection: sa.Connection, which: RosterFilter, *, today: date) -> Any:
    """Return how to count the people of ``which``.

    Where the search index, the sanctions or the standings alone know the answer, no person is read.
    """
    about_standing = _asks_standing(which)
    if _only_sanctions(which):
        owner = _sanction.c.subject_id
        return _of_wanted_sanctions(sa.select(sa.func.count(owner.distinct())), which)
    if _asks_people(which) or (about_standing and not _verdicts_known(connection, which)):
        counted = sa.select(sa.func.count())
        return matching(connection, counted, which, today=today, ordered=False)
    if about_standing:
        return _of_standings(sa.select(sa.func.count()), which, today)
    if _terms(which.text):
        return sa.select(sa.func.count()).select_from(subject_search).where(_spelt(which))
    return sa.select(sa.func.count()).select_from(_subject)


def _asks_people(which: RosterFilter) -> bool:
    """Whether more must be read than search index and standings."""
    several = (which.units, which.person_types, which.regimes, which.kinds)
    numbers = any(map(_is_number, _terms(which.text)))
    return any(several) or which.has_form is not None or numbers


def _only_sanctions(which: RosterFilter) -> bool:
    """Whether the sanctions alone know who is meant."""
    others = which.units or which.person_types or which.has_form is not None or _terms(which.text)
    return bool(which.regimes or which.kinds) and not others and not _asks_standing(which)


def _asks_standing(which: RosterFilter) -> bool:
    """Whether the standing says who is meant."""
    asked = (which.ends_within, *(getattr(which, name) for name in _MARKED))
    return bool(which.verdicts) or any(wanted is not None for wanted in asked)


def counting_verdicts(connection: sa.Connection, which: RosterFilter, *, today: date) -> Any:
    """Return how to count the people of ``which`` by verdict."""
    if _asks_people(which) or not _verdicts_known(connection, which):
        counted = sa.select(VERDICT, sa.func.count())
        joined = replace(which, sort_by="verdict", then_by=())
        return matching(connection, counted, joined, today=today).group_by(VERDICT)
    verdict = _standing.c.verdict
    return _of_standings(sa.select(verdict, sa.func.count()), which, today).group_by(verdict)


def _of_standings(query: Any, which: RosterFilter, today: date) -> Any:
    """Narrow a query over the standings alone."""
    query = query.select_from(_standing)
    if which.verdicts:
        query = query.where(_standing.c.verdict.in_(which.verdicts))
    for name in _MARKED:
        if (wanted := getattr(which, name)) is not None:
            query = query.where(_standing.c[name].is_(wanted))
    if which.ends_within is not None:
        until = today + timedelta(days=which.ends_within)
        query = query.where(_standing.c.last_day.between(today, until))
    if _terms(which.text):
        found = sa.select(subject_search.c.rowid).where(_spelt(which))
        query = query.where(_standing.c.subject_id.in_(found))
    return query


def _unindexed(column: str) -> sa.ColumnElement[Any]:
    """Return a column with the unary plus that keeps SQLite from driving the query by its index."""
    return sa.literal_column(f"+{column}")


def _sanctioned(which: RosterFilter) -> sa.Select[Any]:
    """Return whose are the sanctions that are of the wanted regime and kind both."""
    return _of_wanted_sanctions(sa.select(_sanction.c.subject_id), which)


def _of_wanted_sanctions(query: sa.Select[Any], which: RosterFilter) -> sa.Select[Any]:
    own = query.where(_sanction.c.subject_id.is_not(None))
    if which.regimes:
        own = own.where(_sanction.c.regime.in_(which.regimes))
    if which.kinds:
        own = own.where(_sanction.c.kind.in_(which.kinds))
    return own


def _verdicts_known(connection: sa.Connection, which: RosterFilter) -> bool:
    """Whether nobody without a standing can be meant: then lists walk the standings' indexes."""
    if (which.verdicts and UNKNOWN_VERDICT not in which.verdicts) or which.visited or which.filed:
        return True
    return everybody_stands(connection)


def everybody_stands(connection: sa.Connection) -> bool:
    """Whether the rules have been run for everybody: all have a standing."""
    rows = [sa.select(sa.func.count()).select_from(table) for table in (_subject, _standing)]
    people, stand = (connection.execute(query).scalar_one() for query in rows)
    return bool(people == stand)
