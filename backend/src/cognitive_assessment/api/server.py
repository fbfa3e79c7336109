"""Run the web application under gunicorn: one process, several threads."""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from cognitive_assessment import blobs
from cognitive_assessment.config import settings
from cognitive_assessment.errors import CognitiveAssessmentError, Unavailable
from cognitive_assessment.ops import error_reports, log_forwarding, log_lines, traces
from cognitive_assessment.store import engine


class Log(Logger):  # type: ignore[misc]
    """Gunicorn's own lines go the way of all others, in the same form."""

    def setup(self, cfg: Any) -> None:
        """Hand everything to the root logger."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is not typed
    """Gunicorn with our settings, without a configuration file."""

    def load_config(self) -> None:
        """Threads for slow uploads; a worker that hangs is replaced."""
        chosen: dict[str, Any] = {
            "bind": f"{settings().host}:{settings().port}",
            "workers": 1,
            "worker_class": f"{__package__}.server_threads.Worker",
            "threads": settings().api_threads,
            "timeout": 120,
            "graceful_timeout": 10,
            "keepalive": 30,
            "logger_class": Log,
            "loglevel": "debug" if settings().log_level == "DEBUG" else "warning",
            "worker_tmp_dir": str(settings().data_dir),
            "control_socket_disable": True,
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """In the worker process: bind the database, make the application."""
        from cognitive_assessment.api.app import create_app
        from cognitive_assessment.ops.metrics import files as metric_files
        from cognitive_assessment.ops.metrics.events import watch_pool

        database_url = settings().database_app_url  # never the owner's
        if database_url is None:
            raise Unavailable("The API needs CAS_DATABASE_APP_URL.", remedy="`cas serve` starts it with one.")
        error_reports.start(settings(), "api")
        traces.start(settings(), "api")
        log_forwarding.start(settings(), "api")
        metric_files.use(settings().data_dir, "api")
        bound = engine.bind(database_url, pool_size=settings().api_threads + 4)
        watch_pool(bound, "api")
        if (replica_url := settings().database_replica_url) is not None:
            engine.bind_replica(replica_url)
        traces.watch_engine(bound)
        return create_app()


def main() -> None:
    """Serve until told to stop."""
    log_lines.configure(settings().log_level, part="api", data_dir=settings().data_dir)
    blobs.master_key()  # without it no answer can be kept, and only the first start on a folder makes it
    Server().run()


if __name__ == "__main__":
    try:
        main()
    except CognitiveAssessmentError as error:
        raise SystemExit(f"api: {error.message}") from None
