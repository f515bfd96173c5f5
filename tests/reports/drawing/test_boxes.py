"""Boxes and lines in characters: following the lines from a box leads to its children and to nothing else."""

import pytest

from gradcheck.reports.drawing.boxes import _Channel, _Item, boxes
from gradcheck.reports.drawing.canvas import EAST, NORTH, SOUTH, WEST, Canvas
from gradcheck.reports.drawing.scene import Edge, Node, Scene


def scene(*pairs):
    count = max(max(pair) for pair in pairs) + 1
    nodes = tuple(Node(n, f"n{n}", "operation", "", "1", "") for n in range(count))
    return Scene("f", "", nodes, tuple(Edge(a, b, "", "", "") for a, b in pairs))


CROSSED = [(0, 3), (0, 4), (1, 2), (1, 4), (2, 5), (3, 5), (4, 5)]


@pytest.mark.parametrize("down", [False, True])
@pytest.mark.parametrize("pairs", [[(0, 1)], [(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)], CROSSED])
def test_every_line_joins_with_its_neighbours(pairs, down):
    """No line ends in the void."""
    canvas = Canvas()
    assert boxes(scene(*pairs), canvas, 200, 200, down=down)
    steps = {NORTH: (-1, 0, SOUTH), EAST: (0, 1, WEST), SOUTH: (1, 0, NORTH), WEST: (0, -1, EAST)}
    for (row, column), directions in canvas._lines.items():
        for direction, (rows, columns, back) in steps.items():
            if directions & direction:
                place = row + rows, column + columns
                joined = canvas._lines.get(place, 0) & back
                arrow = canvas._texts.get(place, ("",))[0] in {"▶", "▼"} or canvas._texts.get((row, column))
                assert joined or arrow, (place, "\n".join(map(str, canvas.rows({}))))


def test_two_edges_share_a_track_only_from_one_source_or_to_one_target():
    items = [_Item(0, across=0), _Item(0, across=4), _Item(1, across=2), _Item(1, across=6)]
    items[0].targets += [2, 3]
    items[1].targets += [2]
    channel = _Channel(items, [0, 1])
    assert channel.routed
    assert channel.tracks[0, 2] != channel.tracks[4, 2] or channel.tracks[0, 6] != channel.tracks[0, 2]


def test_what_would_be_ambiguous_is_not_drawn():
    """Two edges that swap their rows cannot both turn first."""
    items = [_Item(0, across=0), _Item(0, across=4), _Item(1, across=4), _Item(1, across=0)]
    items[0].targets.append(2)
    items[1].targets.append(3)
    assert not _Channel(items, [0, 1]).routed


def test_what_does_not_fit_is_not_drawn():
    assert not boxes(scene((0, 1)), Canvas(), 15, 200, down=False)
    assert not boxes(scene((0, 1)), Canvas(), 200, 5, down=True)
