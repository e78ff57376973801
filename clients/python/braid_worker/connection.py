"""Calls of the server."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Dict, Iterator, Optional


class Refused(Exception):
    """The server answered, and not with what was asked for. ``status`` 4xx: it would do so again."""

    def __init__(self, status: int, detail: str, retry_after: float = 0.0) -> None:
        super().__init__(detail)
        self.status = status
        self.retry_after = retry_after


class Connection:
    """The API of one server, with a key of its own. Safe to share between threads."""

    def __init__(self, url: str, api_key: Optional[str]) -> None:
        self._base = url.rstrip("/") + "/api/v1"
        self._headers = {"content-type": "application/json"}
        if api_key:
            self._headers["authorization"] = f"Bearer {api_key}"

    def post(self, path: str, body: Any, timeout: float = 30.0) -> Any:
        """The answer as plain data; raises ``Refused``, or ``OSError`` when the server can't be reached."""
        data = json.dumps(body, allow_nan=False).encode()
        request = urllib.request.Request(self._base + path, data, self._headers, method="POST")
        with self._open(request, timeout) as response:
            text = response.read()
        return json.loads(text) if text else None

    def lines(self, path: str, query: Dict[str, Any], timeout: float) -> Iterator[Any]:
        """Documents of a stream, one per line, until it ends or is silent for ``timeout`` seconds."""
        address = f"{self._base}{path}?{urllib.parse.urlencode(query)}"
        with self._open(urllib.request.Request(address, headers=self._headers), timeout) as response:
            for line in response:
                if line.strip():
                    yield json.loads(line)

    def _open(self, request: urllib.request.Request, timeout: float) -> Any:
        try:
            return urllib.request.urlopen(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None


def _refusal(error: urllib.error.HTTPError) -> Refused:
    detail = error.reason
    try:
        detail = json.loads(error.read()).get("detail", detail)
    except (ValueError, AttributeError, OSError):
        pass
    retry_after = error.headers.get("retry-after", "0")
    return Refused(error.code, str(detail), float(retry_after) if retry_after.isdigit() else 1.0)
