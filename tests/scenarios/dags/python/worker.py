"""The Python half of the mixed DAG: numbers, their roots, and a task that only ends when it is told to."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

sys.path.insert(0, str(Path(__file__).parents[4] / "clients" / "python"))

from braid_worker import Context, Failure, Worker  # noqa: E402

worker = Worker(sys.argv[1], api_key=sys.argv[2], name="python", tags=["slow"])


@dataclass
class Range:
    to: int


@dataclass
class Number:
    value: float


@worker.generator("mixed/numbers")
def numbers(given: Range, context: Context) -> Iterator[int]:
    yield from range(context.items_taken, given.to)


@worker.task("mixed/root")
def root(given: Number, context: Context) -> Number:
    if given.value < 0:
        raise Failure("there is no root of a negative number", retry=False)
    context.progress(0.5, "half of it")
    context.log.info(f"root of {given.value:g}")
    context.emit({"of": given.value})
    return Number(given.value**0.5)


@worker.task("mixed/wait", tags=["slow"])
def wait(given: object, context: Context) -> None:
    context.progress(0.1)
    if context.wait(60):
        print("stopped", flush=True)


worker.run()
