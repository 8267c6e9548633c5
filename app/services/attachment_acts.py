"""What windows may do with attachments, with everything but the user's input filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain.attachment import Attachment
from app.services.attachments import Attached, HeldPaper
from app.services.ports import Changes


@dataclass(frozen=True, slots=True)
class AttachmentActs:
    """Use cases of ``services.attachments``; ``owner`` is an entity type, as ``Plan``."""

    attach: Callable[..., Attached]  # (owner, owner id, file, kind, title=, note=)
    of: Callable[[type, int], Sequence[Attachment]]
    of_person: Callable[[int], Sequence[HeldPaper]]
    save: Callable[[Attachment], Changes]
    remove: Callable[[int, str], Changes]  # id, reason
    put_back: Callable[[int], Changes]
    open: Callable[[int], tuple[Attachment, bytes]]
    read_text: Callable[[bytes], str]  # of a TXT attachment
    export: Callable[[int, Path, str], Path]  # id, file or folder, reason
