"""Carried-forward errors: whether a claim follows by the chain rule from what its author stated of other derivatives.

The sweep is the usual one, but wherever it reaches a derivative that the author stated, the statement takes its place.
The rest is the usual verdict, at the usual points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack

from flint import arb, fmpq

from gradcheck.arithmetic.balls import NAN, ZERO, Balls
from gradcheck.claims.comparison import AGREE, DIFFER, Options, tolerance
from gradcheck.claims.equality import Verifier
from gradcheck.domain import undefined_node
from gradcheck.forward import evaluate
from gradcheck.routes import reverse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcheck.claims.claim import Claim, Derivative
    from gradcheck.graph import Graph

_WIDEST: Final = 1e6


class Follower(Verifier):
    """The verdict on a claim, had its author's own statements been true."""

    plain = False

    def __init__(
        self,
        graph: Graph,
        claim: Claim,
        own: Mapping[Derivative, Claim],
        *,
        widened: bool = True,
        **options: Unpack[Options],
    ) -> None:
        """``own`` must not refer to itself in circles; its numbers, ``widened``, stand for all that round to them."""
        self.own = own
        self.widened = widened
        super().__init__(graph, claim, **options)

    def follows(self) -> bool:
        """Whether the claim is what the chain rule makes of the statements."""
        return self.verify().verdict == "correct"

    def derivative(self, arithmetic: Balls, inputs: Mapping[str, arb]) -> tuple[arb | None, arb, Sequence[arb]]:
        """As the true derivative, with the statements in it."""
        target = self.claim.target
        view = self.views[target.of]
        values = evaluate(view, arithmetic, inputs)
        if undefined_node(view, values) is not None:
            return None, ZERO, values
        carried, scale = self._swept(arithmetic, values, target)
        return (carried if carried.is_finite() and carried.rad() < _WIDEST else None), scale, values

    def _swept(self, arithmetic: Balls, values: Sequence[arb], target: Derivative) -> tuple[arb, arb]:
        if target in self.own and target != self.claim.target:
            stated = self._stated(arithmetic, values, target)
            return stated, abs(stated)
        if target.wrt is None or target != self.claim.target:
            return super()._swept(arithmetic, values, target)
        return self._carried(arithmetic, values, target.of, target.wrt)

    def _carried(self, arithmetic: Balls, values: Sequence[arb], of: int, wrt: int) -> tuple[arb, arb]:
        """The sweep from ``of`` back to ``wrt``; statements replace adjoints, tangents and local derivatives."""
        view = self.views[of]
        locals_ = reverse.sweep(view, arithmetic, values, until=wrt, magnitude=abs).locals
        stated = {(one.of, one.wrt): one for one in self.own if one != self.claim.target}
        adjoints: dict[int, arb] = {of: arb(1)}
        weights: dict[int, arb] = {of: arb(1)}
        for node in range(of, wrt, -1):
            if node not in adjoints:
                continue
            if (of, node) in stated and node != of:  # the author's adjoint
                adjoints[node] = self._stated(arithmetic, values, stated[of, node])
                weights[node] = abs(adjoints[node])
            flows = list(zip(view.arguments[node], locals_[node], strict=False))
            if (node, wrt) in stated:  # the author's derivative of all that is below this node
                flows = [(wrt, self._stated(arithmetic, values, stated[node, wrt]))]
            for parent, local in flows:
                if local is None or parent < wrt:
                    continue
                factor = local
                if parent != wrt and (node, parent) in stated and node != of:
                    factor = self._stated(arithmetic, values, stated[node, parent])
                adjoints[parent] = adjoints.get(parent, ZERO) + adjoints[node] * factor
                weights[parent] = weights.get(parent, ZERO) + weights[node] * abs(factor)
        return adjoints.get(wrt, ZERO), weights.get(wrt, ZERO)

    def _stated(self, arithmetic: Balls, values: Sequence[arb], derivative: Derivative) -> arb:
        """What the author says of a derivative, in terms of the author's other statements."""
        claim = self.own[derivative]
        environment = {name: values[node] for name, node in claim.nodes.items()}
        for name, other in claim.derivatives.items():
            environment[name] = (
                self._stated(arithmetic, values, other)
                if other in self.own
                else super()._swept(arithmetic, values, other)[0]
            )
        found = evaluate(claim.statement, arithmetic, environment)
        if undefined_node(claim.statement, found) is not None:
            return NAN
        value = found[claim.statement.output]
        if claim.unit is not None and self.widened and self.claim.unit is not None and self.at:
            value = arb(value.mid(), fmpq(claim.unit.numerator, 2 * claim.unit.denominator))
        return value

    def _judge_number(self, claimed: arb, actual: arb, scale: arb) -> str:
        if self.claim.unit is None or self.rtol is not None:
            return self.judge(claimed, actual, tolerance(scale))
        half = arb(fmpq(self.claim.unit.numerator, 2 * self.claim.unit.denominator))
        return DIFFER if abs(claimed - actual) > half else AGREE

    def _outputs(self) -> set[int]:
        outputs = super()._outputs() | {one.of for one in self.own}
        return outputs | {one.of for claim in self.own.values() for one in claim.derivatives.values()}
