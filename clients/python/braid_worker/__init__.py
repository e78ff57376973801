"""Do tasks of Braid's DAGs and processes in Python."""

from .context import Canceled, Context
from .errors import BpmnError, Failure
from .worker import Worker

__all__ = ["BpmnError", "Canceled", "Context", "Failure", "Worker"]
