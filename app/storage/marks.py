"""What lists know of a person's revisits, kept beside the standing: visited, on which day, filed.

Computed from the records themselves at every commit that touched one of them, whoever wrote it: a
list filters a hundred thousand people by it without reading their visits, forms and volumes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.domain.filing import FILED, FilingEntry
from app.domain.form_visit import visit_day
from app.domain.partial_date import PartialDate
from app.domain.registration_form import FILED as FORM_FILED
from app.domain.registration_form import RegistrationForm
from app.domain.standing import Standing
from app.domain.visit import DONE, Visit
from app.storage.engine import rows_of, run_many

OF_PERSON: tuple[type, ...] = (Visit, RegistrationForm, FilingEntry, Standing)
"""Records that name the person whose marks they change; a person brings earlier visits along."""

UNKNOWN_VERDICT = "待定"
"""What a person is shown as before the rules have been run."""

_AT_ONCE = 10_000  # people in one statement


@dataclass(slots=True)
class _Mark:
    visited: bool = False
    visited_on: date | None = None
    filed: bool = False

    def visit(self, day: date | None) -> None:
        self.visited = True
        if day is not None and (self.visited_on is None or day > self.visited_on):
            self.visited_on = day


def owners(connection: sa.Connection, kind: type, ids: Sequence[int]) -> set[int]:
    """Return whom these records name as they are stored, before they are changed."""
    from app.storage.rows import shape_of

    found: set[int] = set()
    for some in _parts(ids):
        statement = f"SELECT subject_id FROM {shape_of(kind).table} WHERE id IN ({_listed(some)})"
        found.update(id_ for (id_,) in rows_of(connection, statement) if id_ is not None)
    return found


def renew_marks(connection: sa.Connection, ids: Iterable[int] | None = None) -> None:
    """Write what these people's records (everybody's) say of revisits; who has no standing gets one."""
    if ids is None:
        ids = [id_ for (id_,) in rows_of(connection, "SELECT id FROM subject")]
    for some in _parts(sorted(ids)):
        listed = _listed(some)
        found = _marks(connection, listed)
        if found:
            _stand(connection, listed, found)
        stored = rows_of(
            connection,
            "SELECT subject_id, visited, visited_on, filed FROM standing"
            f" WHERE subject_id IN ({listed})",
        )
        nothing = _Mark()
        wrong = [
            (*wanted, id_)
            for id_, *known in stored
            if (wanted := _values(found.get(id_, nothing))) != tuple(known)
        ]
        if wrong:
            run_many(
                connection,
                "UPDATE standing SET visited = ?, visited_on = ?, filed = ? WHERE subject_id = ?",
                wrong,
            )


def _values(mark: _Mark) -> tuple[int, str | None, int]:
    day = mark.visited_on.isoformat() if mark.visited_on else None
    return int(mark.visited), day, int(mark.filed)


def _marks(connection: sa.Connection, listed: str) -> dict[int, _Mark]:
    """Return the marks of those of whom there is something to say."""
    found: dict[int, _Mark] = defaultdict(_Mark)
    visits = rows_of(
        connection,
        f'SELECT subject_id, state, "on", form_id FROM visit WHERE subject_id IN ({listed})',
    )
    taken = set()
    for id_, state, day, form_id in visits:
        taken.add(form_id)
        if state == DONE:
            found[id_].visit(date.fromisoformat(day) if day else None)
    forms = rows_of(
        connection,
        "SELECT id, subject_id, state, visited_on, saved_at FROM registration_form"
        f" WHERE subject_id IN ({listed}) AND (visited_on != '' OR state = ?)",
        (FORM_FILED,),
    )
    for form_id, id_, state, words, saved_at in forms:
        # A form whose visit is recorded tells nothing that the visit does not.
        if words.strip() and form_id not in taken:
            saved = datetime.fromisoformat(saved_at) if saved_at else None
            found[id_].visit(visit_day(RegistrationForm(visited_on=words, saved_at=saved)))
        if state == FORM_FILED:
            found[id_].filed = True
    volumes = rows_of(
        connection,
        f"SELECT subject_id FROM filing_entry WHERE subject_id IN ({listed}) AND state = ?",
        (FILED,),
    )
    for (id_,) in volumes:
        found[id_].filed = True
    for id_, earlier in rows_of(
        connection,
        f"SELECT id, earlier_visits FROM subject WHERE id IN ({listed}) AND earlier_visits != '{{}}'",
    ):
        _add_earlier(found, id_, json.loads(earlier))
    return found


def _add_earlier(found: dict[int, _Mark], id_: int, earlier: dict[str, Any]) -> None:
    """Add what the office's own ledger said of visits before this program."""
    if int(earlier.get("visit_count") or 0) or earlier.get("visited_on"):
        known = PartialDate.parse(earlier["visited_on"]) if earlier.get("visited_on") else None
        found[id_].visit(known.last if known else None)
    if earlier.get("filed_on"):
        found[id_].filed = True


def _stand(connection: sa.Connection, listed: str, found: dict[int, _Mark]) -> None:
    """Give those a standing who have none yet: the rules have not been run for them."""
    people = rows_of(
        connection,
        f"SELECT id FROM subject WHERE id IN ({listed})"
        " AND NOT EXISTS (SELECT 1 FROM standing WHERE subject_id = subject.id)",
    )
    new = [(id_, UNKNOWN_VERDICT) for (id_,) in people if id_ in found]
    if new:
        run_many(
            connection, "INSERT INTO standing (revision, subject_id, verdict) VALUES (1, ?, ?)", new
        )


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids))
