"""Takes jobs of a server's tasks and does them, each in a thread of its own.

* A job is answered once: with its output, its failure or its BPMN error; what nobody wants any more is not answered.
* While a job runs, its lease is kept alive and what it says is sent, ten times a second at most.
* A connection that breaks is made again, with growing pauses; jobs that run meanwhile go on.
"""

from __future__ import annotations

import logging
import os
import random
import socket
import threading
import time
import traceback
import typing
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence

from .connection import Connection, Refused
from .context import Canceled, Context
from .convert import from_plain, to_plain
from .errors import BpmnError, Failure

logger = logging.getLogger("braid_worker")

TICK_SECONDS = 0.1
LEASE_SECONDS = 30.0
#: A stream tells of itself every 15 seconds.
SILENCE_SECONDS = 40.0
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
LONGEST_BACKOFF_MS = 3_600_000
ITEMS_AT_ONCE = 100

Function = typing.TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class _Task:
    job_type: str
    function: Callable[[Any, Context], Any]
    generates: bool
    concurrency: int
    input_kind: Any


@dataclass
class _Running:
    context: Context
    deadline: Optional[float]
    extended_at: float


class Worker:
    """``tags``: what this machine has; tasks that want more are not taken."""

    def __init__(
        self,
        url: str,
        *,
        api_key: Optional[str] = None,
        name: Optional[str] = None,
        tags: Sequence[str] = (),
    ) -> None:
        self.name = name or f"python:{socket.gethostname()}:{os.getpid()}"
        self._connection = Connection(url, api_key or os.environ.get("BRAID_API_KEY"))
        self._tags = tuple(tags)
        self._tasks: List[_Task] = []
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._running: Dict[str, _Running] = {}
        self._threads: List[threading.Thread] = []

    def task(
        self, name: str, *, tags: Sequence[str] = (), concurrency: int = 8
    ) -> Callable[[Function], Function]:
        """Does the task ``<application>/<name>``. The function gets its input and a ``Context``."""
        return self._register(name, tags, concurrency, generates=False)

    def generator(
        self, name: str, *, tags: Sequence[str] = (), concurrency: int = 8
    ) -> Callable[[Function], Function]:
        """Does a generator: each item that the function yields drives what comes behind it, while it still runs."""
        return self._register(name, tags, concurrency, generates=True)

    def _register(
        self, name: str, tags: Sequence[str], concurrency: int, *, generates: bool
    ) -> Callable[[Function], Function]:
        missing = [tag for tag in tags if tag not in self._tags]

        def register(function: Function) -> Function:
            if missing:
                logger.info("%s is left to others: this worker lacks %s", name, ", ".join(missing))
                return function
            job_type = "#".join([name, *sorted(tags)])
            hints = list(typing.get_type_hints(function).items())
            kind = hints[0][1] if hints and hints[0][0] != "return" else Any
            self._tasks.append(_Task(job_type, function, generates, concurrency, kind))
            return function

        return register

    def start(self) -> None:
        """Begins to take jobs, in threads."""
        if not self._tasks:
            raise ValueError("expected at least one task: decorate a function with worker.task(...)")
        targets = [lambda task=task: self._take(task) for task in self._tasks]
        for target in [*targets, self._tend]:
            thread = threading.Thread(target=target, daemon=True)
            self._threads.append(thread)
            thread.start()

    def run(self) -> None:
        """Takes jobs until Ctrl-C, then waits for what is running."""
        self.start()
        try:
            while not self._stopping.wait(1.0):
                pass
        except KeyboardInterrupt:
            pass
        self.stop()

    def stop(self, patience: float = 30.0) -> None:
        """Takes no more jobs, and waits for those that run; after ``patience`` seconds they are canceled."""
        self._stopping.set()
        end = time.monotonic() + patience
        while self._running and time.monotonic() < end:
            time.sleep(TICK_SECONDS)
        for running in self._snapshot():
            running.context.cancel()

    def _take(self, task: _Task) -> None:
        pause = FIRST_PAUSE_SECONDS
        query = {
            "type": task.job_type,
            "worker": self.name,
            "maxJobs": task.concurrency,
            "timeout": int(LEASE_SECONDS * 1_000),
            "fetchVariable": "input",
        }
        while not self._stopping.is_set():
            try:
                for frame in self._connection.lines("/jobs/stream", query, SILENCE_SECONDS):
                    pause = FIRST_PAUSE_SECONDS
                    self._cancel(frame.get("canceled", []))
                    if self._stopping.is_set():
                        return self._give_back(frame["jobs"])
                    for job in frame["jobs"]:
                        self._begin(task, job)
            except (Refused, OSError, ValueError) as error:
                logger.warning("no jobs of %s: %s", task.job_type, error)
            self._stopping.wait(pause * random.uniform(0.5, 1.0))
            pause = min(LONGEST_PAUSE_SECONDS, pause * 2)

    def _give_back(self, jobs: Iterable[Dict[str, Any]]) -> None:
        """A failure that costs no retry offers a job to others at once."""
        for job in jobs:
            failure = {"retries": job["retries"], "errorMessage": "the worker stops"}
            self._answer({"jobKey": job["jobKey"], "failure": failure})

    def _begin(self, task: _Task, job: Dict[str, Any]) -> None:
        limit = job["customHeaders"].get("timeoutMs")
        now = time.monotonic()
        running = _Running(Context(job), now + int(limit) / 1_000 if limit else None, now)
        with self._lock:
            self._running[job["jobKey"]] = running
        threading.Thread(target=self._do, args=(task, job, running), daemon=True).start()

    def _do(self, task: _Task, job: Dict[str, Any], running: _Running) -> None:
        context = running.context
        try:
            answer = self._outcome(task, job, context)
        except Canceled:
            answer = self._late(job, running)
        except BpmnError as error:
            body = {"errorCode": error.code, "errorMessage": str(error), "variables": error.variables}
            answer = {"error": body}
        except Exception as error:  # noqa: BLE001 - whatever a task raises is its failure
            logger.debug("%s failed:\n%s", task.job_type, traceback.format_exc())
            answer = {"failure": _failure(job, error)}
        late = self._late(job, running) if context.canceled else None
        self._send_entries([running])
        with self._lock:
            self._running.pop(context.job_key, None)
        answer = late if context.canceled else answer
        if answer is not None:
            self._answer({"jobKey": context.job_key, **answer})

    def _outcome(self, task: _Task, job: Dict[str, Any], context: Context) -> Dict[str, Any]:
        given = from_plain(task.input_kind, job["variables"].get("input"))
        result = task.function(given, context)
        if not task.generates:
            return {"variables": {"output": to_plain(result)}}
        self._give_items(context, result)
        return {"variables": {}}

    def _give_items(self, context: Context, items: Iterable[Any]) -> None:
        """One by one while the loop keeps up, in batches otherwise."""
        offset = context.items_taken
        waiting: List[Any] = []
        for item in items:
            context.check()
            waiting.append(to_plain(item))
            taken = self._try_items(context, offset, waiting)
            while not taken and len(waiting) >= ITEMS_AT_ONCE:
                taken = self._try_items(context, offset, waiting)
            if taken:
                offset, waiting = offset + len(waiting), []
        while waiting and not self._try_items(context, offset, waiting):
            context.check()

    def _try_items(self, context: Context, offset: int, items: List[Any]) -> bool:
        """False when the loop has no room; then a little time has passed."""
        try:
            self._connection.post(f"/jobs/{context.job_key}/items", {"offset": offset, "items": items})
            return True
        except Refused as refusal:
            if refusal.status == 404:
                context.cancel()
                raise Canceled() from None
            if refusal.status not in (429, 503):
                raise Failure(str(refusal), retry=False) from None
            if context.wait(max(TICK_SECONDS, refusal.retry_after)):
                raise Canceled() from None
            return False

    def _late(self, job: Dict[str, Any], running: _Running) -> Optional[Dict[str, Any]]:
        """An attempt that took too long has failed; one that nobody wants is not answered."""
        if running.deadline is None or time.monotonic() < running.deadline:
            return None
        seconds = int(job["customHeaders"]["timeoutMs"]) / 1_000
        return {"failure": _failure(job, Failure(f"timed out after {seconds:g} s"))}

    def _answer(self, outcome: Dict[str, Any]) -> None:
        """Until the server has heard it; a lease that ends meanwhile gives the job to others."""
        pause = FIRST_PAUSE_SECONDS
        end = time.monotonic() + LEASE_SECONDS
        while time.monotonic() < end:
            try:
                (result,) = self._connection.post("/jobs/completions", {"completions": [outcome]})["results"]
                if result["status"] >= 400:
                    logger.info("job %s: %s", outcome["jobKey"], result.get("detail"))
                return
            except Refused as refusal:
                if refusal.status not in (429, 503):
                    logger.error("job %s can't be answered: %s", outcome["jobKey"], refusal)
                    return
            except OSError as error:
                logger.warning("job %s is answered again: %s", outcome["jobKey"], error)
            time.sleep(pause)
            pause = min(LONGEST_PAUSE_SECONDS, pause * 2)

    def _snapshot(self) -> List[_Running]:
        with self._lock:
            return list(self._running.values())

    def _cancel(self, job_keys: Iterable[str]) -> None:
        with self._lock:
            for key in job_keys:
                if key in self._running:
                    self._running[key].context.cancel()

    def _tend(self) -> None:
        """Sends what jobs say, keeps their leases alive, ends attempts that take too long."""
        while not (self._stopping.is_set() and not self._running):
            time.sleep(TICK_SECONDS)
            now = time.monotonic()
            running = self._snapshot()
            for one in running:
                if one.deadline is not None and now > one.deadline:
                    one.context.cancel()
            self._send_entries(running)

    def _send_entries(self, running: List[_Running]) -> None:
        now = time.monotonic()
        reports = []
        for one in running:
            entries = one.context.take_entries()
            due = now - one.extended_at > LEASE_SECONDS / 3
            if entries or due:
                one.extended_at = now
                timeout = int(LEASE_SECONDS * 1_000)
                reports.append({"jobKey": one.context.job_key, "entries": entries, "timeout": timeout})
        if not reports:
            return
        try:
            answer = self._connection.post("/jobs/reports", {"worker": self.name, "reports": reports})
            self._cancel(answer["gone"])
        except (Refused, OSError) as error:
            logger.warning("%d reports are lost: %s", len(reports), error)


def _failure(job: Dict[str, Any], error: Exception) -> Dict[str, Any]:
    """Tried again after a pause that doubles, as long as retries are left."""
    headers = job["customHeaders"]
    retry = not isinstance(error, Failure) or error.retry
    retries = max(0, job["retries"] - 1) if retry else 0
    backoff = int(headers.get("backoffMs", 1_000)) * 2 ** min(job.get("attempt", 1) - 1, 30)
    message = str(error) if isinstance(error, Failure) else f"{type(error).__name__}: {error}"
    return {
        "retries": retries,
        "retryBackOff": int(min(backoff, LONGEST_BACKOFF_MS) * random.uniform(0.8, 1.2)),
        "errorMessage": message[:10_000],
    }
