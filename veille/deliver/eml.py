"""The transport that sends nothing: one ``.eml`` file a message, to open in any mail program."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from veille.deliver.mailer import Outcome
from veille.deliver.message import Message
from veille.errors import DeliveryError, reason_of
from veille.i18n import gettext as _
from veille.model.delivery import Delivery, DeliveryState
from veille.model.share import Share
from veille.privacy import make_private_folder

# File systems take 255 bytes a name; the longest addresses, escaped, would not fit.
_NAME_MAX_CHARACTERS = 200


class EmlMailer:
    """Writes each message whole or not at all; what an earlier run wrote for the same person is replaced.

    Several messages of one run to one person, as proofs are, have numbers: ``…-2.eml``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: Counter[str] = Counter()

    def __enter__(self) -> EmlMailer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing is held open between messages."""

    def deliver(self, message: Message, about_to_leave: Callable[[], None]) -> Outcome:
        """Write the message; see ``Mailer.deliver``."""
        target = self._folder / f"{self._next_name(message.recipient)}.eml"
        draft = target.with_suffix(".eml.part")
        try:
            make_private_folder(self._folder)
            draft.write_bytes(message.content)
            about_to_leave()
            draft.replace(target)
        except OSError as error:
            raise _unwritable(target, error) from error
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        return Outcome(DeliveryState.SENT, _("written to {file}").format(file=target.name))

    def clear(self) -> None:
        """Remove the messages that an earlier run left in the folder."""
        for file in self._folder.glob("*.eml"):
            try:
                file.unlink()
            except OSError as error:
                raise _unwritable(file, error) from error

    def _next_name(self, address: str) -> str:
        name = _name_from_address(address)
        self._written[name] += 1
        return name if self._written[name] == 1 else f"{name}-{self._written[name]}"


def stands_as_file(delivery: Delivery | Share) -> bool:
    """Whether the message was written by this transport and so never left the machine."""
    # The ledger keeps no transport, but what ``deliver`` replied: in each language it ends with the file.
    return delivery.state is DeliveryState.SENT and delivery.reply.endswith(".eml")


def _name_from_address(address: str) -> str:
    """A valid file name on every system; different addresses give different names."""
    name = quote(address, safe="@+")
    return name if len(name) <= _NAME_MAX_CHARACTERS else hashlib.sha256(address.encode()).hexdigest()


def _unwritable(path: Path, error: OSError) -> DeliveryError:
    return DeliveryError(
        _("{path} could not be written: {reason}.").format(path=path, reason=reason_of(error)),
        hint=_("Make room or mend the folder, then run the same command again."),
    )
