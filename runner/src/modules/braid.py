"""What a script in Python imports as `braid`."""

import json as _json
import os as _os

with open(_os.environ["BRAID_INPUT"], encoding="utf-8") as _file:
    #: What the run was given.
    input = _json.load(_file)


def result(value):
    """Gives the result of the run: anything that JSON can carry. The last one counts."""
    text = _json.dumps(value, allow_nan=False)
    with open(_os.environ["BRAID_RESULT"], "w", encoding="utf-8") as file:
        file.write(text + "\n")
