"""The programs of other houses that some tests drive: mail servers, filters, checkers, browsers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

import pytest

LEFT_OUT = "left out: "
# Debian keeps daemons where the path of an ordinary account does not lead.
_BESIDE_THE_PATH = (
    "/usr/sbin",
    "/usr/lib/postfix/sbin",
    "/usr/lib/dovecot",
    *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True),
)
_DEBIAN_PACKAGES: Mapping[str, str] = MappingProxyType(
    {
        "chromium": "chromium",
        "dovecot": "dovecot-imapd",
        "groff": "groff-base",
        "initdb": "postgresql",
        "java": "default-jre-headless",
        "node": "nodejs",
        "npm": "npm",
        "openssl": "openssl",
        "perl": "perl",
        "pg_ctl": "postgresql",
        "postconf": "postfix",
        "postfix": "postfix",
        "smtp-sink": "postfix",
        "smtpd": "postfix",
        "spamassassin": "spamassassin",
        "systemd-analyze": "systemd",
    }
)


def program(name: str) -> Path:
    """Where the program ``name`` stands; without it the test is left out, and fails in CI."""
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(_BESIDE_THE_PATH))
    if found is None:
        leave_out(f"no {name} (apt-get install --no-install-recommends {_DEBIAN_PACKAGES[name]})")
    return Path(found)


def leave_out(what_is_missing: str) -> NoReturn:
    """Skip the test and say why in the last lines of the run; fail it in CI."""
    if os.environ.get("CI"):
        pytest.fail(LEFT_OUT + what_is_missing)
    pytest.skip(LEFT_OUT + what_is_missing)
