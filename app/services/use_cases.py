"""The list of what windows and commands may do, with everything but the user's input filled in.

``app.bootstrap`` builds one of these after sign-in. Widgets take single callables from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # names only: importing this must not pull in the whole domain
    from app.domain.draft import Draft
    from app.domain.form_filling import Filling
    from app.domain.registration_form import RegistrationForm
    from app.domain.settings import Settings
    from app.domain.subject import Dossier
    from app.services.attachment_acts import AttachmentActs
    from app.services.audit_view import AuditUseCases
    from app.services.case_file_use_cases import CaseFileActs
    from app.services.letter_log import LetterNumber
    from app.services.paper_acts import PaperActs
    from app.services.people import PersonEdit
    from app.services.permission import AccountUseCases
    from app.services.plan_use_cases import PlanUseCases
    from app.services.ports import Changes, FormRow, Progress, RosterQueries, RosterRow
    from app.services.report_use_cases import ReportUseCases
    from app.services.result_use_cases import ResultUseCases
    from app.services.roster_acts import RosterActs
    from app.services.safekeeping import Safekeeping


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is working where."""

    folder: Path
    account: str
    practice: bool
    last_sign_in: datetime | None
    failures_since: int
    rescued: bool = False  # what was rescued of damaged records: only to be looked at
    upgrade_backup: Path | None = None  # made before older records were brought to this version


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """What a backup container says about itself after it was authenticated."""

    file: Path
    made_at: datetime
    office_id: str
    schema: str
    counts: dict[str, int]
    audit_sequence: int
    attachments: int = 0
    absent: int = 0  # attachments that lie neither inside nor, sound, in the pool beside it
    carry: bool = False  # the attachments are inside


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of the self-check: what was looked at, whether it is well, what to do if not."""

    title: str
    well: bool
    finding: str


@dataclass(frozen=True, slots=True)
class UseCases:
    """Everything a signed-in user can do. Long work takes ``progress`` and may be cancelled there."""

    who: SignedIn
    settings: Callable[[], Settings]
    save_settings: Callable[[Settings], Changes]

    roster: RosterQueries
    open_dossier: Callable[[int], Dossier]
    save_person: Callable[[PersonEdit], Changes]
    remove_person: Callable[[int, str], Changes]  # id, reason
    namesakes: Callable[[str, int | None], Sequence[RosterRow]]  # name, except this id
    assess: Callable[..., Any]  # (Dossier, as_of=None) -> domain.verdict.Assessment
    what_moves: Callable[[Dossier, Dossier], Sequence[str]]  # as saved, as typed -> sentences
    article: Callable[[str], str]  # a reference -> the article in plain words

    forms_of: Callable[[int], Sequence[FormRow]]
    recent_forms: Callable[[], Sequence[FormRow]]
    open_form: Callable[[int], RegistrationForm]
    new_form: Callable[[int], RegistrationForm]  # filled, not yet saved
    save_form: Callable[[RegistrationForm], Changes]
    filling: Callable[[int], Filling]  # subject id
    forms_to_print: Callable[[str, Progress], Sequence[RegistrationForm]]
    # people whose name contains the text, in the order of the roster: the latest form, or a new one
    draw_forms: Callable[[Sequence[RegistrationForm]], bytes]  # the PDF
    draw_blank: Callable[[str], bytes]  # "pdf" or "docx": the empty form
    draw_forms_docx: Callable[[Sequence[RegistrationForm]], bytes]
    count_pages: Callable[[RegistrationForm], int]
    page_starts: Callable[[RegistrationForm], Sequence[Any]]  # -> app.paper.page_starts.PageStart
    missing_characters: Callable[[Sequence[RegistrationForm]], dict[str, str]]
    paper: PaperActs  # the life of forms, phrases, batches, settings of the paper
    attachments: AttachmentActs
    people: RosterActs  # cells changed in the list, two records made one

    keep_draft: Callable[[Draft], Changes]  # typed text of a window, until it is saved or given up
    drafts: Callable[[], Sequence[Draft]]  # left by a crash, of this account, newest first
    drop_draft: Callable[[Draft], Changes]

    read_ledger: Callable[[Path, Progress], Any]  # -> services.ledger.LedgerReading
    import_ledger: Callable[[Any, Progress], Any]  # LedgerReading -> ImportReport
    write_ledger_report: Callable[[Any, Path], None]
    export_ledger: Callable[..., int]
    # (target, as of, progress, records=, purpose=) -> rows written

    due: Callable[[date | None], Sequence[Any]]  # -> Sequence[domain.reminders.Reminder]
    set_aside: Callable[[Any, str], Changes]  # a reminder, the reason
    draw_due_list: Callable[[Sequence[Any], date], bytes]  # reminders, counted from -> the PDF
    record_due_list: Callable[[int, str, int], Changes]  # lines, where to, copies

    back_up: Callable[..., BackupInfo]  # (folder, progress, carry=)
    last_backup: Callable[[], datetime | None]
    safekeeping: Safekeeping  # places, what happens by itself, rehearsals
    new_recovery_code: Callable[[], str]
    change_password: Callable[[str, str], None]
    refresh_standings: Callable[[], int]
    verify_audit: Callable[[str], str]  # an anchor from paper or "" -> what was verified; raises
    check: Callable[[], Sequence[CheckLine]]
    accounts: AccountUseCases  # who is signed in, in which role; lock and unlock
    audit: AuditUseCases  # reading the log
    plans: PlanUseCases  # lists, plans, visits, requests, staff
    results: ResultUseCases  # results, feedback, letters, ends of periods, filing
    reports: ReportUseCases  # figures of a period, the ledger on paper, papers of a year
    case_files: CaseFileActs  # 一人一档
    find: Callable[[str], Sequence[Any]]  # -> services.finding.Group
    close: Callable[[], None]
    rules: Callable[[], Any] = lambda: None  # -> domain.rulebook.RuleBook, for 关于规则
    working_days: Callable[[], Any] = lambda: None  # -> domain.working_days.WorkingDays
    rules_notice: Callable[[], str] = str  # why the office's own rule files are not used
    rules_proposed: Callable[[], bool] = bool  # whether the office's files wait to be adopted
    rule_moves: Callable[[], Sequence[Any]] = tuple
    # whom the proposed rules of the office would move -> services.standing.Moved
    adopt_rules: Callable[[], int] = int  # compute with them from now on
    read_ledger_again: Callable[[Any, Any, Progress], Any] = lambda *_what: None
    # LedgerReading, services.ledger.Said: what the user said about it -> LedgerReading
    preview_change: Callable[[Sequence[int], str, str], Any] = lambda *_what: ()
    change_many: Callable[[Sequence[int], str, str, str], Any] = lambda *_what: None
    change_back: Callable[[Any], Any] = lambda _done: None
    # ids, field, value(, reason) -> services.bulk_change.BulkChange
    imports: Callable[[], Sequence[Any]] = (
        tuple  # -> domain.ledger_import.LedgerImport, newest first
    )
    undo_preview: Callable[[str], Any] = str  # import_id -> services.ledger_undo.UndoReport
    undo_import: Callable[[str, str, Progress], Any] = lambda *_what: None
    # import_id, the reason -> services.ledger_undo.UndoReport
    letters_for: Callable[[Any], Sequence[tuple[str, str]]] | None = None
    # a list, plan, visit or request -> name and title of each document it can be printed as
    draw_letter: Callable[[str, Any, str], bytes] | None = None  # name, entity, "pdf" or "docx"
    letter_points: Callable[[str, Any], Sequence[str]] = lambda _name, _entity: ()
    # what is empty or too long in a document that was drawn: to be looked at before it is printed
    letter_numbers: Callable[[str, Any], Sequence[LetterNumber]] = lambda _name, _entity: ()
    issue_letter: Callable[[str, Any], Sequence[LetterNumber]] = lambda _name, _entity: ()
    # the 文号 that it shows, and giving it them before it leaves the program
    timeline: Callable[[int], Sequence[Any]] = lambda _id: ()
    # subject id -> services.timeline.TimelineRow, the oldest first
    when_in_doubt: Callable[[Callable[[Changes], object]], None] = lambda _hears: None
    # whom to tell, from whichever thread, what a save changed or not that raised MayBeSaved
