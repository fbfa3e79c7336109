"""A chat that is told of alerts, and a database that can be taken away."""

from __future__ import annotations

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cognitive_assessment.ops.embedded_database import EmbeddedDatabase
from systems import wait_until


class Chat:
    """A webhook on loopback that takes what Slack takes, and keeps it."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # the library's name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                chat.messages.append(json.loads(body))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/services/T/B/x"

    def find(self, *words: str) -> str | None:
        """The text of the first message that holds all of these words."""
        texts = (f"{part['title']}\n{part['text']}" for message in self.messages for part in message["attachments"])
        return next((text for text in texts if all(word in text for word in words)), None)


class Database:
    """A PostgreSQL of an operator's own: nobody starts it again when it stops."""

    def __init__(self, folder: Path) -> None:
        self.server = EmbeddedDatabase(folder)
        self.owner_url = self.server.start().owner_url

    def stop(self) -> None:
        assert self.server.process_id is not None
        os.kill(self.server.process_id, signal.SIGINT)  # as `pg_ctl stop` does
        wait_until(lambda: not self.server.is_running)

    def start_again(self) -> None:
        self.server.restart()
