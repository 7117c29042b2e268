"""Ctrl-C, as a person presses it: the process leaves with 130, the store is whole, the next run goes on."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from builders import a_source
from databases import store_of
from veille.demo.loopback import serving
from veille.founding import found_workspace
from veille.store import feeds

COMMAND = Path(sys.executable).with_name("veille")
FEED = (
    "<rss version='2.0'><channel><title>Bon</title><item><title>Un</title>"
    "<link>https://bon.example/1</link></item></channel></rss>"
)


@contextmanager
def never_answering() -> Iterator[tuple[str, threading.Event]]:
    """A server that takes a connection, says so, and then says nothing."""
    connected = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def take() -> None:
            with listening.accept()[0] as connection:
                connected.set()
                while connection.recv(4096):
                    pass

        thread = threading.Thread(target=take)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/feed", connected
        thread.join(timeout=30)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_ctrl_c_during_a_collect_keeps_what_was_stored(tmp_path: Path) -> None:
    folder, web = tmp_path / "veille", tmp_path / "web"
    web.mkdir()
    (web / "good.rss").write_text(FEED, encoding="utf-8")
    workspace = found_workspace(folder, "en", os.environ).workspace
    workspace.settings_file.write_text('[collect]\nallow_private = ["127.0.0.0/8"]\n', encoding="utf-8")
    with serving(web) as base, never_answering() as (silent, connected):
        sources = [a_source(url=f"{base}/good.rss"), a_source(url=silent, title="Silent")]
        with store_of(workspace.path) as store, store.transaction() as transaction:
            feeds.add_feeds(transaction, sources)

        process = subprocess.Popen(
            [COMMAND, "-w", folder, "--lang", "en", "collect"], stderr=subprocess.PIPE, text=True
        )
        assert connected.wait(timeout=60)
        process.send_signal(signal.SIGINT)
        _out, said = process.communicate(timeout=60)
        again = subprocess.run(
            [COMMAND, "-w", folder, "--json", "collect", "--feed", "1", "--force"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip

    assert process.returncode == 130
    assert "run the same command" in said
    assert "Traceback" not in said
    report = json.loads(again.stdout)
    assert report["fetched"] + report["unchanged"] == 1
