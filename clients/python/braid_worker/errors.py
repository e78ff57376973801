"""What a task raises to say more than that it failed."""

from __future__ import annotations

from typing import Any, Mapping, Optional


class Failure(Exception):
    """The attempt failed. ``retry=False``: no further attempt would do better."""

    def __init__(self, message: str, *, retry: bool = True) -> None:
        super().__init__(message)
        self.retry = retry


class BpmnError(Exception):
    """Thrown in the process, where an error event with this code may catch it."""

    def __init__(self, code: str, message: str = "", variables: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(message)
        self.code = code
        self.variables = dict(variables or {})
