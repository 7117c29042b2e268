"""Two folders change places in one step, where the system has one: at no moment is either name missing."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

# renameat2(2): "the current folder", and "exchange them". macOS has the same as renamex_np(2).
_CURRENT_FOLDER, _EXCHANGE, _SWAP = -100, 2, 2
# What systems and disks answer that cannot.
_CANNOT = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def exchange(one: Path, other: Path) -> bool:
    """Whether ``one`` and ``other`` changed places; False where the system or the disk cannot do that.

    Raises ``OSError`` when it could, and something else is wrong.
    """
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "linux":
        done = _called("renameat2", _CURRENT_FOLDER, names[0], _CURRENT_FOLDER, names[1], _EXCHANGE)
    elif sys.platform == "darwin":
        done = _called("renamex_np", *names, _SWAP)
    else:
        return False
    if done in _CANNOT:
        return False
    if done:
        raise OSError(done, os.strerror(done), str(one))
    return True


def _called(name: str, *arguments: int | bytes) -> int:
    """The error number of a call of the C library; ENOSYS when it has none of that name."""
    function = getattr(ctypes.CDLL(None, use_errno=True), name, None)
    if function is None:
        return errno.ENOSYS
    return 0 if function(*arguments) == 0 else ctypes.get_errno()
