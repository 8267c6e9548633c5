"""What the use cases need from the outside, in their own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from app.domain.audit import Act

E = TypeVar("E")

Progress = Callable[[int, int, str], None]
"""``progress(done, total, note)``: may raise ``Cancelled``; total 0 means not known."""

Clock = Callable[[], datetime]


class UserError(Exception):
    """Something the user can mend. The message is a Chinese sentence: what, where, what to do.

    ``exit_code`` is what a headless command ends with (documented in README). ``number`` is stable:
    an administrator finds it in the help (``resources/help/errors.toml``), so once given it keeps
    its meaning; its hundreds are the exit code.
    """

    exit_code = 1
    number = 100
    damaged = False  # the records' own file is: then a backup and what still reads are offered


UNFORESEEN = 7000
"""The number of an error that nobody foresaw."""


def number_of(error: Exception) -> str:
    """Return the number of an error as it is shown: HF-0601."""
    number = error.number if isinstance(error, UserError) else UNFORESEEN
    return f"HF-{number:04}"


class Cancelled(UserError):
    """The user stopped the work; nothing was kept."""

    exit_code = 9
    number = 901


class StaleData(UserError):
    """Somebody else saved the same record after it was read."""

    exit_code = 8
    number = 801


class MayBeSaved(UserError):
    """The disk failed in the last step of a save: it is there, or a look at it was refused as well.

    What was put has its id and revision if it was seen to be there, or gets them when the next unit of
    work can look: the same may be saved once more without becoming a second record.
    """

    exit_code = 6
    number = 606


class NoReason(UserError):
    """An act with consequences needs a reason that the log keeps."""

    exit_code = 2
    number = 206


def wanted(words: str, what: str) -> str:
    """Return ``words`` without outer spaces. Raises ``NoReason`` saying ``what`` when empty."""
    if not words.strip():
        raise NoReason(what)
    return words.strip()


class MissingRecord(UserError):
    """The record is not there (any more)."""

    exit_code = 8
    number = 802


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a committed unit of work added, altered or removed."""

    entity: type
    id: int


Changes = frozenset[Change]


class Repository(Protocol[E]):
    """A collection of entities that happens to be on disk."""

    def get(self, id_: int) -> E:
        """Return the entity, or raise ``MissingRecord``."""

    def where(self, **values: object) -> Sequence[E]:
        """Return the entities whose columns equal ``values`` (a tuple or list: any of them)."""

    def outline(self, **values: object) -> Sequence[E]:
        """Return what ``where`` does, for lists: long texts and data stay unread.

        Such an entity cannot be put: it is stale.
        """

    def columns(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """Yield these columns of every entity, by id, without making a hundred thousand of them.

        To be read to the end within the unit of work.
        """

    def put(self, entity: E) -> int:
        """Insert or update ``entity`` and return its id; the entity itself changes on commit.

        Raises ``StaleData`` when its revision is not the stored one.
        """

    def put_all(self, entities: Iterable[E]) -> list[int]:
        """``put`` for many new entities at once, in order; ids as for ``put``."""

    def put_back(self, entity: E, id_: int, revision: int) -> None:
        """Insert a removed ``entity`` under the id it had; ``revision`` is above all it ever had."""

    def remove(self, entity: E) -> None:
        """Remove ``entity``. Raises ``StaleData`` as ``put`` does."""


class UnitOfWork(Protocol):
    """Everything that one user action reads and writes: all of it is kept, or none."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None: ...

    def repository(self, entity: type[E]) -> Repository[E]:
        """Return the collection that holds ``entity``."""

    def copy_of(self, entity: E) -> E:
        """Return a copy to be changed and put in place of ``entity``, which stays as typed.

        ``entity`` gets id and revision when the copy is kept, and as soon as it is known to be kept
        after ``MayBeSaved``: the same saved once more is no second record.
        """

    def record(self, act: Act) -> None:
        """Append ``act`` to the audit log, in this transaction."""

    def commit(self) -> Changes:
        """Keep everything durably; say what changed, so that views can refresh just that."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person as a list shows them. Dates are ISO text as far as known, ``""`` if not."""

    id: int
    name: str
    sex: str
    born_on: str
    workplace: str
    unit: str
    person_type: str
    phone: str
    address: str
    party_kinds: str
    party_decided_on: str
    admin_kinds: str
    admin_decided_on: str
    last_day: date | None
    days_left: int | None
    verdict: str
    reason: str
    doubtful: bool
    visited_on: date | None = None  # the last visit, where its day is known
    visited: bool = False
    filed: bool = False


@dataclass(frozen=True, slots=True)
class RosterFilter:
    """Which people a list shows. Empty means all."""

    text: str = ""
    verdicts: tuple[str, ...] = ()
    sort_by: str = "name"
    descending: bool = False
    units: tuple[str, ...] = ()
    regimes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    person_types: tuple[str, ...] = ()
    ends_within: int | None = None  # days from today to the last day of the period, 0 or more
    has_form: bool | None = None  # a registration form; None: either
    doubtful: bool | None = None
    visited: bool | None = None  # by a finished visit, a form that names one, or before the program
    filed: bool | None = None  # a volume, or at least a form, is filed
    then_by: tuple[tuple[str, bool], ...] = ()  # further columns, each with whether descending


class RosterQueries(Protocol):
    """Read-only lists: frozen rows, a page at a time, a few SQL statements whatever its length."""

    def count(self, which: RosterFilter) -> int:
        """Return how many people ``which`` holds."""

    def page(self, which: RosterFilter, offset: int, limit: int) -> Sequence[RosterRow]:
        """Return people ``offset`` to ``offset + limit`` of ``which``."""

    def rows(self, ids: Iterable[int]) -> Sequence[RosterRow]:
        """Return these people, for refreshing rows that changed."""

    def ids(self, which: RosterFilter) -> Sequence[int]:
        """Return the ids of all people of ``which`` in its order: where a row stands."""

    def namesakes(self, name: str, except_id: int | None = None) -> Sequence[RosterRow]:
        """Return people of the same name, spaces and name dots aside."""

    def place_by_sound(self, text: str, search: str) -> tuple[int, int] | None:
        """Return (start, end) of the part of a shown text that ``search`` spells, if any."""

    def values(self, field: str) -> Sequence[tuple[str, int]]:
        """Return what ``unit``, ``person_type``, ``regime`` or ``kind`` holds anywhere, and how
        many people each has, by name; what is empty is left out.
        """

    def verdict_counts(self, which: RosterFilter) -> dict[str, int]:
        """Return how many people of each verdict the text of ``which`` finds, whatever its verdicts."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One registration form as a list shows it."""

    id: int
    subject_id: int
    name: str
    workplace: str
    visited_on: str
    saved_at: datetime | None
    state: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class OutputRow:
    """One print or export as the register shows it; a batch is one row.

    ``number`` is the sequence of its (first) line in the log, ``what`` the person or the number of
    things, ``items`` how many documents went out, ``copies`` of each.
    """

    number: int
    at: datetime
    who: str
    act: str
    what: str
    items: int
    copies: int
    target: str


@dataclass(frozen=True, slots=True)
class OutputOf:
    """One time that a paper of one record was printed or exported (``act``: 打印工作方案)."""

    at: datetime
    who: str
    act: str
    target: str
    record: tuple[str, int]


class FormQueries(Protocol):
    """Read-only lists of registration forms, last saved first; long texts are not read."""

    def of_subject(self, subject_id: int) -> Sequence[FormRow]:
        """Return the forms of one person."""

    def recent(self, limit: int) -> Sequence[FormRow]:
        """Return the ``limit`` forms saved last."""

    def outputs(self, limit: int) -> Sequence[OutputRow]:
        """Return what was printed and exported last, of all kinds, the newest first."""

    def outputs_of(self, records: Sequence[tuple[str, int]]) -> Sequence[OutputOf]:
        """Return what was printed and exported of these records (type, id), the oldest first."""


class FilePool(Protocol):
    """The bytes of attachments, each kept once under its SHA-256; nothing in it is ever altered."""

    def keep(self, content: bytes) -> str:
        """Keep ``content`` durably and return its SHA-256. Raises what the disk says."""

    def read(self, sha256: str) -> bytes:
        """Return the content, checked. Raises a ``UserError`` when it is gone or damaged."""


class Renderer(Protocol):
    """Draws documents; the composition root fills in fonts and layouts."""

    def __call__(self, document: str, entities: Sequence[Any], /, **options: Any) -> bytes: ...
