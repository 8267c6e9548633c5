"""One signed-in session: services, storage and documents as they work together in this office."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from app.bootstrap.join_safekeeping import Keeper
from app.bootstrap.layouts import office_layout
from app.bootstrap.rules import load_rules
from app.documents import registration_form, registration_form_docx
from app.documents.due_list import draw_due_list
from app.documents.paper_options import PaperOptions
from app.documents.workbook_reader import read_workbook
from app.documents.workbook_writer import write_ledger
from app.domain.registration_form import RegistrationForm
from app.domain.reminders import Reminder
from app.domain.settings import Settings
from app.domain.subject import Dossier
from app.domain.verdict import Assessment, assess
from app.domain.working_days import WorkingDays
from app.paths import RESOURCES
from app.services import (
    due,
    forms,
    ledger,
    ledger_export,
    ledger_import,
    ledger_undo,
    people,
    printing,
    standing,
)
from app.services import settings as choices
from app.services.consequences import consequences
from app.services.dossiers import load_dossiers
from app.services.gatekeeping import Law
from app.services.ledger import LedgerReading, Said
from app.services.ledger_import import ImportReport
from app.services.ledger_undo import UndoReport
from app.services.people import PersonEdit
from app.services.ports import Changes, Progress
from app.services.safekeeping import BEFORE_IMPORT
from app.services.standing import Moved
from app.services.timeline import TimelineRow, timeline_of
from app.services.use_cases import BackupInfo
from app.storage import audit
from app.storage.backup import back_up
from app.storage.backup_life import last_drill
from app.storage.errors import DamagedDatabase
from app.storage.queries import last_backup
from app.storage.store import Store


class Office:
    """One signed-in session: the open store, the rules in force and the office's settings."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._settings = choices.read_settings(uow=store.unit_of_work())
        self.rules = load_rules(store.folder, adopted=self._settings.adopted_rules)
        self.layout = office_layout(store.folder)
        self.keeper = Keeper(store, self.settings)

    def today(self) -> date:
        """Return today's date by the store's clock."""
        return self.store.clock().date()

    def settings(self) -> Settings:
        """Return a copy that may be edited."""
        return copy.deepcopy(self._settings)

    def save_settings(self, changed: Settings) -> Changes:
        """Keep the settings and use them from now on."""
        changes = choices.save_settings(changed, uow=self.store.unit_of_work())
        self._settings = copy.deepcopy(changed)
        return changes

    def assess(self, dossier: Dossier, as_of: date | None = None) -> Assessment:
        """Return the verdict on a person, saved or being edited, as of a day or today."""
        return assess(
            dossier, as_of=as_of or self.today(), rules=self.rules.book, settings=self._settings
        )

    def what_moves(self, before: Dossier, after: Dossier) -> Sequence[str]:
        """See ``services.consequences``."""
        return consequences(before, after, uow=self.store.unit_of_work(), law=self.law())

    def article(self, reference: str) -> str:
        """Return an article of the rules in force in plain words."""
        return self.rules.book.article(reference)

    def law(self) -> Law:
        """Return what verdicts are computed with, as of today."""
        return Law(self.rules.book, self.settings(), self.today(), self.working_days())

    def working_days(self) -> WorkingDays:
        """Return the table of working days, with the years that this office filled in."""
        return self.rules.working_days.with_years(self._settings.working_days)

    def rule_moves(self) -> Sequence[Moved]:
        """Return whose verdict or dates the proposed rules would move, as of today."""
        if self.rules.proposed is None:
            return ()
        with self.store.unit_of_work() as uow:
            dossiers = load_dossiers(uow)
        return standing.compare_rules(
            dossiers.values(),
            before=self.rules.book,
            after=self.rules.proposed,
            settings=self._settings,
            as_of=self.today(),
        )

    def adopt_rules(self) -> int:
        """Compute with the proposed rules from now on; return how many people were recomputed."""
        if self.rules.proposed is None:
            return 0
        changed = self.settings()
        changed.adopted_rules = self.rules.proposed.digest
        self.save_settings(changed)
        self.rules = load_rules(self.store.folder, adopted=changed.adopted_rules)
        return self.refresh_standings()

    # people

    def open_dossier(self, subject_id: int) -> Dossier:
        """See ``services.people``."""
        return people.open_dossier(subject_id, uow=self.store.unit_of_work())

    def save_person(self, edit: PersonEdit) -> Changes:
        """See ``services.people``."""
        return people.save_person(
            edit,
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            today=self.today(),
        )

    def timeline(self, subject_id: int) -> Sequence[TimelineRow]:
        """See ``services.timeline``."""
        found = self.assess(self.open_dossier(subject_id))
        return timeline_of(subject_id, assessment=found, uow=self.store.unit_of_work())

    def refresh_standings(self) -> int:
        """Compute again whom a day, a rule or a setting has overtaken; return how many."""
        return len(
            standing.refresh_standings(
                uow=self.store.unit_of_work(),
                rules=self.rules.book,
                settings=self._settings,
                today=self.today(),
            )
        )

    # forms and paper

    def paper(self, *, insist: bool = False, blank: bool = False) -> PaperOptions:
        """Return how this office wants its forms."""
        options = PaperOptions.of(
            self._settings,
            RESOURCES,
            practice=self.store.practice,
            insist=insist,
            footer_anchor="" if blank else self.anchor(),
        )
        return dataclasses.replace(options, blank=blank, layout=str(self.layout.file))

    def anchor(self) -> str:
        """Return the head of the audit log as the foot of a printed page shows it."""
        with self.store.engine.connect() as connection:
            return audit.head(connection).anchor

    def new_form(self, subject_id: int) -> RegistrationForm:
        """See ``services.forms``."""
        return forms.new_form(
            subject_id, open_dossier=self.open_dossier, settings=self.settings, today=self.today
        )

    def draw_blank(self, format_: str) -> bytes:
        """Return the empty form as ``pdf`` or ``docx``."""
        options = self.paper(blank=True)
        if format_ == "pdf":
            return registration_form.draw_blank(options=options)
        return registration_form_docx.draw_docx([RegistrationForm()], options=options)

    def forms_to_print(self, name: str, progress: Progress) -> Sequence[RegistrationForm]:
        """See ``services.printing``."""
        return printing.forms_to_print(
            name,
            progress,
            roster=self.store.roster(),
            uow=self.store.unit_of_work(),
            settings=self._settings,
            clock=self.store.clock,
        )

    # the ledger

    def read_ledger(self, path: Path, progress: Progress) -> LedgerReading:
        """See ``services.ledger``."""
        return ledger.read_ledger(
            path,
            read_cells=read_workbook,
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            today=self.today(),
            progress=progress,
        )

    def read_ledger_again(
        self, reading: LedgerReading, said: Said, progress: Progress
    ) -> LedgerReading:
        """See ``services.ledger``; what titles mean is remembered for the next ledger."""
        if dict(said.chosen) != self._settings.ledger_columns:
            changed = self.settings()
            changed.ledger_columns = dict(said.chosen)
            self.save_settings(changed)
        return ledger.read_again(
            reading,
            said,
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            today=self.today(),
            progress=progress,
        )

    def import_ledger(self, reading: LedgerReading, progress: Progress) -> ImportReport:
        """See ``services.ledger_import``; a backup is made first."""
        self.keeper.before(BEFORE_IMPORT, progress)
        return ledger_import.import_ledger(
            reading,
            who=self.store.account,
            clock=self.store.clock,
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            today=self.today(),
            progress=progress,
        )

    def undo_import(self, import_id: str, reason: str, progress: Progress) -> UndoReport:
        """See ``services.ledger_undo``."""
        return ledger_undo.undo_import(
            import_id,
            reason,
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            today=self.today(),
            progress=progress,
        )

    def export_ledger(
        self,
        target: Path,
        as_of: date | None,
        progress: Progress,
        *,
        records: bool = False,
        purpose: str = "导出台账",
        ids: Sequence[int] | None = None,
        columns: Sequence[str] = (),
    ) -> int:
        """See ``services.ledger``."""
        return ledger_export.export_ledger(
            target,
            write_rows=write_ledger,
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            as_of=as_of or self.today(),
            purpose=purpose,
            progress=progress,
            records=records,
            ids=ids,
            columns=columns,
        )

    # what is due

    def due(self, as_of: date | None) -> Sequence[Reminder]:
        """See ``services.due``."""
        drilled = last_drill(self.store)
        return due.due(
            as_of=as_of or self.today(),
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            working_days=self.working_days(),
            last_backup=last_backup(self.store.engine),
            last_drill=drilled.at.date() if drilled and drilled.passed else None,
        )

    def set_aside(self, reminder: Reminder, reason: str) -> Changes:
        """See ``services.due``."""
        changes = due.set_aside(reminder, reason, uow=self.store.unit_of_work(), today=self.today())
        self._settings = choices.read_settings(uow=self.store.unit_of_work())
        return changes

    def draw_due_list(self, chosen: Sequence[Reminder], as_of: date) -> bytes:
        """Return reminders as a printable list; a character that no font has is printed as 〓."""
        return draw_due_list(
            chosen,
            as_of=as_of,
            office=self._settings.office_name,
            options=self.paper(insist=True),
        )

    # safekeeping

    def back_up(self, folder: Path, progress: Progress, *, carry: bool = False) -> BackupInfo:
        """See ``storage.backup``."""
        return back_up(self.store, folder, progress, carry=carry)

    def verify_audit(self, anchor: str) -> str:
        """Check the log, and ``anchor`` from paper if given. Raises ``DamagedDatabase``."""
        with self.store.engine.connect() as connection:
            report = audit.verify_audit(
                connection, self.store.audit_key, anchors=(anchor,) if anchor else ()
            )
        if report.problems:
            raise DamagedDatabase("；".join(report.problems) + "。请保留现状，并与备份对照")
        fits = "，与纸上的锚点相符" if anchor else ""
        lines, last = report.head.sequence, report.head.anchor
        return f"审计记录完好{fits}，共 {lines} 条，最后一条的锚点：{last}"
