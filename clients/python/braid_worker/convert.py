"""Between plain data, as JSON has it, and dataclasses."""

from __future__ import annotations

import dataclasses
import typing
from typing import Any

from .errors import Failure


def to_plain(value: Any) -> Any:
    """A dataclass, also inside of lists and dictionaries, as a dictionary."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: Any, value: Any, path: str = "input") -> Any:
    """What the annotation ``kind`` says: dataclasses are made, anything else stays as it is.

    Raises ``Failure`` without retry, naming the field, when a dataclass can't be made of it.
    """
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Union and type(None) in arguments:
        rest = [argument for argument in arguments if argument is not type(None)]
        return value if value is None or len(rest) != 1 else from_plain(rest[0], value, path)
    if origin is list and arguments and isinstance(value, list):
        return [from_plain(arguments[0], item, f"{path}[{index}]") for index, item in enumerate(value)]
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _dataclass(kind, value, path)
    expected = {str: str, bool: bool, int: int, float: (int, float), list: list, dict: dict}.get(kind)
    is_wrong = expected is not None and not isinstance(value, expected)
    if is_wrong or (kind in (int, float) and isinstance(value, bool)):
        raise Failure(f"{path}: expected {kind.__name__}, but it was {_short(value)}", retry=False)
    return value


def _dataclass(kind: type, value: Any, path: str) -> Any:
    if not isinstance(value, dict):
        raise Failure(f"{path}: expected an object, but it was {_short(value)}", retry=False)
    hints = typing.get_type_hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind) if field.init}
    unknown = [name for name in value if name not in fields]
    if unknown:
        raise Failure(f"{path}.{unknown[0]}: unknown field", retry=False)
    given = {}
    for name, field in fields.items():
        if name in value:
            given[name] = from_plain(hints.get(name, Any), value[name], f"{path}.{name}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise Failure(f"{path}.{name}: expected a value, got nothing", retry=False)
    return kind(**given)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
