"""What a task has besides its input."""

from __future__ import annotations

import threading
from typing import Any, Dict, List

from .convert import to_plain

#: Entries that wait to be sent; of more, log lines and values are dropped. What is sent says how many.
MAX_WAITING = 1_000


class Canceled(Exception):
    """Nobody wants the result any more: the run was canceled, the attempt took too long, or the lease was lost."""


class Log:
    """Lines of the run's log."""

    def __init__(self, context: "Context") -> None:
        self._context = context

    def debug(self, message: str) -> None:
        self._write("debug", message)

    def info(self, message: str) -> None:
        self._write("info", message)

    def warn(self, message: str) -> None:
        self._write("warn", message)

    def error(self, message: str) -> None:
        self._write("error", message)

    def _write(self, level: str, message: str) -> None:
        self._context._add({"kind": "log", "level": level, "message": str(message)[:10_000]})


class Context:
    """Of one attempt."""

    def __init__(self, job: Dict[str, Any]) -> None:
        headers = job["customHeaders"]
        self.job_key: str = job["jobKey"]
        self.dag_run_key: str = job["processInstanceKey"]
        self.dag_id: str = job["processDefinitionId"]
        self.node_id: str = headers.get("nodeId", job["elementId"])
        #: Stays the same when the task is tried again: for effects that must happen once.
        self.task_key: str = job["elementInstanceKey"]
        #: From 1.
        self.attempt: int = job.get("attempt", 1)
        #: Of a generator: items of earlier attempts, which are not taken again.
        self.items_taken: int = job.get("itemsTaken", 0)
        self.log = Log(self)
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._entries: List[Dict[str, Any]] = []
        self._dropped = 0

    @property
    def canceled(self) -> bool:
        return self._stopped.is_set()

    def check(self) -> None:
        """Raises ``Canceled`` when nobody wants the result any more."""
        if self._stopped.is_set():
            raise Canceled()

    def wait(self, seconds: float) -> bool:
        """Sleeps; true at once when the attempt is canceled."""
        return self._stopped.wait(seconds)

    def progress(self, value: float, message: str = "") -> None:
        """From 0 to 1."""
        entry: Dict[str, Any] = {"kind": "progress", "progress": min(1.0, max(0.0, float(value)))}
        if message:
            entry["message"] = message[:1_000]
        self._add(entry)

    def emit(self, value: Any) -> None:
        """A value for whoever watches, while the task runs."""
        self._add({"kind": "value", "value": to_plain(value)})

    def cancel(self) -> None:
        self._stopped.set()

    def _add(self, entry: Dict[str, Any]) -> None:
        self.check()
        with self._lock:
            if len(self._entries) < MAX_WAITING - 1:
                self._entries.append(entry)
            elif entry["kind"] == "progress" and self._entries[-1]["kind"] == "progress":
                self._entries[-1] = entry
            else:
                self._dropped += 1

    def take_entries(self) -> List[Dict[str, Any]]:
        """What is to be sent, once."""
        with self._lock:
            entries, dropped = self._entries, self._dropped
            self._entries, self._dropped = [], 0
        if dropped:
            entries.append({"kind": "log", "level": "warn", "message": f"{dropped} entries were left out"})
        return entries
