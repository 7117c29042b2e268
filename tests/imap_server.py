"""A private Dovecot on this machine: whoever gives the password has a mailbox of their own."""

from __future__ import annotations

import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from programs import program

PASSWORD = "clé-d’essai"

_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
ssl = yes
ssl_cert = <{root}/server.crt
ssl_key = <{root}/server.key
disable_plaintext_auth = no
auth_mechanisms = plain
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {owner}
mail_location = maildir:{mail}/%u
mail_uid = {owner}
mail_gid = {group}
first_valid_uid = 1
passdb {{
  driver = static
  args = password={{PLAIN}}{password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={mail}/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
  }}
  mailbox "Éléments envoyés" {{
    auto = create
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """Use it in ``with``; ``certificate`` is what signs its TLS."""

    def __enter__(self) -> Dovecot:
        self._program, openssl = program("dovecot"), program("openssl")
        owner, group = _ordinary_account()
        # Not where pytest keeps temporary files: Dovecot serves mail to nobody but an ordinary account.
        self._root = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._root.chmod(0o755)
        mail = self._root / "mail"
        mail.mkdir()
        shutil.chown(mail, owner, group)
        self.port, self.tls_port = _free_port(), _free_port()
        self.certificate = self._root / "server.crt"
        self._run(
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", self._root / "server.key", "-out", self.certificate),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
        )
        text = _CONFIGURATION.format(
            root=self._root,
            mail=mail,
            owner=owner,
            group=group,
            password=PASSWORD,
            port=self.port,
            tls_port=self.tls_port,
        )
        (self._root / "dovecot.conf").write_text(text, encoding="utf-8")
        self._dovecot()  # it comes back once it listens
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._dovecot("stop")
        shutil.rmtree(self._root, ignore_errors=True)

    def put(self, user: str, *messages: bytes, folder: str = "INBOX", day: str = "") -> None:
        """Let ``messages`` arrive in a folder, on a day written as IMAP does, today by default."""
        moment = f'"{day} 08:00:00 +0000"' if day else ""
        with self._logged_in(user) as imap:
            for message in messages:
                answer, words = imap.append(f'"{folder}"', "", moment, message)
                assert answer == "OK", words

    def flags(self, user: str, folder: str = "INBOX") -> Sequence[str]:
        """The flags of each message of a folder, in order."""
        with self._logged_in(user) as imap:
            imap.select(f'"{folder}"', readonly=True)
            _answer, parts = imap.fetch("1:*", "(FLAGS)")
            found = [imaplib.ParseFlags(part) for part in parts if isinstance(part, bytes)]
        return [" ".join(flag.decode() for flag in flags) for flags in found]

    def _logged_in(self, user: str) -> imaplib.IMAP4:
        imap = imaplib.IMAP4("127.0.0.1", self.port)
        imap.authenticate("PLAIN", lambda _challenge: f"\0{user}\0{PASSWORD}".encode())
        return imap

    def _dovecot(self, *command: str) -> None:
        self._run(self._program, "-c", self._root / "dovecot.conf", *command)

    def _run(self, *command: str | Path) -> None:
        # What it leaves running would keep a pipe open for ever.
        subprocess.run(
            command,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )


def _ordinary_account() -> tuple[str, str]:
    """The name and the group of whoever runs the tests, or of nobody for root."""
    import grp
    import pwd

    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    return account.pw_name, grp.getgrgid(account.pw_gid).gr_name


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
