import sys
import unittest
from dataclasses import dataclass, field
from pathlib import Path
from typing import List, Optional

sys.path.insert(0, str(Path(__file__).parent.parent))

from braid_worker import Canceled, Context, Failure  # noqa: E402
from braid_worker.context import MAX_WAITING  # noqa: E402
from braid_worker.convert import from_plain, to_plain  # noqa: E402


@dataclass
class Point:
    x: int
    y: float = 0.5


@dataclass
class Shape:
    points: List[Point]
    name: Optional[str] = None
    tags: List[str] = field(default_factory=list)


class PlainData(unittest.TestCase):
    def test_makes_dataclasses_of_plain_data_and_back(self) -> None:
        plain = {"points": [{"x": 1}, {"x": 2, "y": 3}], "name": None, "tags": ["a"]}
        shape = from_plain(Shape, plain)
        self.assertEqual(shape, Shape([Point(1), Point(2, 3)], None, ["a"]))
        self.assertEqual(to_plain({"shapes": (shape,)})["shapes"][0]["points"][0], {"x": 1, "y": 0.5})

    def test_names_the_field_that_is_wrong(self) -> None:
        for value, message in (
            ({"points": [{"x": "1"}]}, "input.points[0].x: expected int, but it was '1'"),
            ({"points": [{"x": True}]}, "input.points[0].x: expected int, but it was True"),
            ({"points": [{}]}, "input.points[0].x: expected a value, got nothing"),
            ({"points": [], "color": 1}, "input.color: unknown field"),
            ([], "input: expected an object, but it was []"),
        ):
            with self.assertRaises(Failure) as raised:
                from_plain(Shape, value)
            self.assertEqual(str(raised.exception), message)
            self.assertFalse(raised.exception.retry)


def context() -> Context:
    return Context(
        {
            "jobKey": "1",
            "processInstanceKey": "2",
            "processDefinitionId": "d",
            "elementId": "e",
            "elementInstanceKey": "3",
            "customHeaders": {"nodeId": "n"},
        }
    )


class Reports(unittest.TestCase):
    def test_keeps_the_last_progress_and_says_what_was_left_out(self) -> None:
        one = context()
        for index in range(MAX_WAITING + 100):
            one.log.info(str(index))
        one.progress(2, "done")
        entries = one.take_entries()
        self.assertLessEqual(len(entries), MAX_WAITING)
        self.assertEqual(entries[-1]["message"], "102 entries were left out")
        self.assertEqual(one.take_entries(), [])

    def test_tells_that_nobody_wants_the_result(self) -> None:
        one = context()
        one.progress(0.5)
        one.cancel()
        self.assertTrue(one.canceled and one.wait(60))
        for call in (one.check, lambda: one.progress(1), lambda: one.emit(1), lambda: one.log.info("x")):
            self.assertRaises(Canceled, call)


if __name__ == "__main__":
    unittest.main()
