"""What windows may do with forms beyond typing: their life, phrases, batches, how paper looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.domain.form_life import Difference
from app.domain.phrase import Phrase
from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.domain.wording import Wording
from app.services.batch import BatchChoice, BatchEntry, Finding
from app.services.form_life import KeptVersion
from app.services.ports import Changes, OutputRow, Progress


@dataclass(frozen=True, slots=True)
class PaperActs:
    """Use cases with everything but the user's input filled in; see the services of each name."""

    left_open: Callable[[RegistrationForm], Sequence[str]]
    finalise: Callable[[int, str], Changes]  # form, why all the same ("" when complete)
    attach_scan: Callable[..., Changes]
    # form, file, pages of a PDF, day and names of the signatures, the file's name
    remove_scan: Callable[[int, str], Changes]  # paper, reason
    file: Callable[[int, date | None, str], Changes]  # form, day, file number
    revise: Callable[[int, str], Changes]  # form, reason
    give_up_revision: Callable[[int, str], Changes]  # form, reason
    versions: Callable[[int], Sequence[KeptVersion]]
    read_paper: Callable[[int], bytes]
    read_final: Callable[[int], bytes]
    compare: Callable[[int, int, int], Sequence[Difference]]  # form, version, version
    previous_form: Callable[[RegistrationForm], RegistrationForm | None]

    phrases: Callable[[], Sequence[Phrase]]
    keep_phrase: Callable[[Phrase], Changes]
    remove_phrase: Callable[[Phrase], Changes]
    order_phrases: Callable[[Sequence[int]], Changes]
    wording: Wording

    one_page_size: Callable[[RegistrationForm], float | None]  # points, None: it does not fit
    faces: Callable[[], dict[str, str]]  # name -> what Settings keeps; the shipped ones first
    face_notice: Callable[[], str]  # which chosen face this PC does not have, or ""
    layout: Callable[[], Path]  # the file of the grid: the annex's, or the office's own
    layout_notice: Callable[[], str]  # why the office's own layout is not used, or ""
    draw_sample: Callable[[Settings], bytes]  # a filled sample as these settings would print it
    draw_calibration: Callable[[], bytes]

    choose_batch: Callable[[BatchChoice, Progress], Sequence[BatchEntry]]
    check_batch: Callable[[Sequence[BatchEntry], Progress], Sequence[Finding]]
    draw_batch: Callable[[Sequence[RegistrationForm], bool, Progress], bytes]
    # forms, two-sided (every form begins on a front side) -> one PDF with bookmarks
    record_outputs: Callable[[str, Sequence[RegistrationForm], str, int], Changes]
    # 打印/导出, form ids (None: not kept), where to, copies of each
    outputs: Callable[[], Sequence[OutputRow]]
