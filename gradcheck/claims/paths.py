"""Where several paths leave a node: the derivative is the sum over all of them of upstream times local derivative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flint import arb

from gradcheck.arithmetic.balls import ZERO
from gradcheck.primitives.misconceptions import PATHS
from gradcheck.verdicts import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gradcheck.claims.scenes import Scenes

_MOST_SHOWN = 4


@dataclass(frozen=True, slots=True)
class _Fork:
    """A node with the nodes that its paths go to, and at every scene their upstream and local derivatives."""

    node: int
    children: Sequence[int]
    flows: Sequence[Sequence[tuple[arb, arb]]]


@dataclass(frozen=True, slots=True)
class _Mistake:
    name: str
    says: Callable[[Sequence[tuple[arb, arb]]], arb]
    """The adjoint of the node by this mistake, from (upstream, local) of each path."""
    child: int = -1


def dropped(scenes: Scenes) -> Diagnosis | None:
    """One path that is not in the sum."""
    return _first(scenes, _drops)


def muddled(scenes: Scenes) -> Diagnosis | None:
    """All paths, wrongly put together."""
    return _first(scenes, _muddles)


def _first(scenes: Scenes, mistakes: Callable[[_Fork], Iterator[_Mistake]]) -> Diagnosis | None:
    """The first mistake that leads to the claim; where another one does as well, that is said."""
    found: list[tuple[_Fork, _Mistake]] = []
    for fork in _forks(scenes):
        for mistake in mistakes(fork):
            wrong = {id(scene): _derivative(scenes, fork, mistake, at) for at, scene in enumerate(scenes.all)}
            if scenes.everywhere(lambda scene, wrong=wrong: wrong[id(scene)]):  # type: ignore[misc]
                found.append((fork, mistake))
    if not found:
        return None
    fork, mistake = found[0]
    message = scenes.said(_message(scenes, fork, mistake))
    others = dict.fromkeys(f"{other.name} at node {scenes.name(one.node)}" for one, other in found[1:])
    others.pop(f"{mistake.name} at node {scenes.name(fork.node)}", None)
    if others:
        message += f" (or: {'; '.join(list(others)[:3])})"
    return Diagnosis(mistake.name, scenes.name(fork.node), message)


def _drops(fork: _Fork) -> Iterator[_Mistake]:
    for position, child in enumerate(fork.children):
        yield _Mistake(
            "path dropped",
            lambda flows, gone=position: _sum(up * local for at, (up, local) in enumerate(flows) if at != gone),  # type: ignore[misc]
            child,
        )


def _muddles(fork: _Fork) -> Iterator[_Mistake]:
    for position, child in enumerate(fork.children):
        yield _Mistake(
            "one upstream derivative for all paths",
            lambda flows, one=position: flows[one][0] * _sum(local for _, local in flows),  # type: ignore[misc]
            child,
        )
    yield _Mistake("sums multiplied", lambda flows: _sum(up for up, _ in flows) * _sum(local for _, local in flows))
    yield _Mistake("paths multiplied", _product)


def _forks(scenes: Scenes) -> Iterator[_Fork]:
    for node in sorted(scenes.reached & scenes.needed):
        if node == scenes.of:
            continue
        edges = scenes.consumers(node)
        children = list(dict.fromkeys(child for child, _ in edges))
        if len(children) < 2:
            continue
        flows: list[list[tuple[arb, arb]]] = []
        for scene in scenes.all:
            locals_ = [
                _sum(scene.local(child, position) for other, position in edges if other == child) for child in children
            ]
            flows.append([(scene.adjoints[child], local) for child, local in zip(children, locals_, strict=True)])
        yield _Fork(node, children, flows)


def _derivative(scenes: Scenes, fork: _Fork, mistake: _Mistake, at: int) -> arb:
    """What the mistake at the fork makes of the whole derivative: the chain rule is linear in each adjoint."""
    scene, flows = scenes.all[at], fork.flows[at]
    right = _sum(up * local for up, local in flows)
    return scenes.derivative(scene) + (mistake.says(flows) - right) * scene.tangents[fork.node]


def _message(scenes: Scenes, fork: _Fork, mistake: _Mistake) -> str:
    output, node = scenes.name(scenes.of), scenes.name(fork.node)
    spoken = {child: _spoken(scenes, fork.node, child) for child in fork.children}
    products = []
    for child in spoken.values():
        name = scenes.name(child)
        products.append(f"∂{output}/∂{name}·∂{name}/∂{node}")
    shown = " + ".join(products) if len(products) <= _MOST_SHOWN else " + ".join([*products[:2], "…", products[-1]])
    path = scenes.name(spoken.get(mistake.child, scenes.of))
    return PATHS[mistake.name].format(
        node=node, path=path, upstream=f"∂{output}/∂{path}", total=f"∂{output}/∂{node}", sum=shown
    )


def _spoken(scenes: Scenes, node: int, child: int) -> int:
    """The node by which a path is called: a term of a sum goes by the sum's own name where the path is alone in it."""
    view = scenes.view
    behind = {node, *view.affected(node)}
    while child not in {scenes.of, *(view.by_name[name] for name in view.assigned)}:
        above = [one for one in sorted(scenes.needed) if one > child and child in view.arguments[one]]
        operation = view.operations[above[0]] if len(above) == 1 else None
        if operation is None or operation.name != "+":
            break
        if sum(argument in behind for argument in view.arguments[above[0]]) != 1:
            break
        child = above[0]
    return child


def _sum(values: Iterator[arb]) -> arb:
    return sum(values, ZERO)


def _product(flows: Sequence[tuple[arb, arb]]) -> arb:
    found = arb(1)
    for up, local in flows:
        found = found * up * local
    return found
