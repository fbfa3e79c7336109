"""What an expression is at a moment, reckoned as Prometheus reckons it."""

from __future__ import annotations

import itertools
import math
import operator
import re
from collections.abc import Callable, Iterable

from cognitive_assessment.errors import InvalidDefinition
from cognitive_assessment.ops.alerts.expressions import Aggregate, Binary, Call, Node, Number, Selector, Text
from cognitive_assessment.ops.alerts.samples import Labels, Samples

Vector = dict[Labels, float]
Value = float | Vector
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def evaluate(node: Node, samples: Samples, at: float) -> Vector:
    """The series that an expression yields; a rule's expression is never a bare number."""
    found = _value(node, samples, at)
    return {(): found} if isinstance(found, float) else found


def _value(node: Node, samples: Samples, at: float) -> Value:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Selector):
        found = ((labels, series.at(at - node.offset_s)) for labels, series in samples.select(node))
        return {labels: value for labels, value in found if value is not None}
    if isinstance(node, Aggregate):
        return _aggregate(node, _vector(node.argument, samples, at))
    if isinstance(node, Binary):
        return _binary(node, _value(node.left, samples, at), _value(node.right, samples, at))
    if isinstance(node, Call):
        return _call(node, samples, at)
    raise InvalidDefinition("A text is no expression.")


def _vector(node: Node, samples: Samples, at: float) -> Vector:
    found = _value(node, samples, at)
    if isinstance(found, float):
        raise InvalidDefinition("A number stands where series are needed.")
    return found


def _aggregate(node: Aggregate, found: Vector) -> Vector:
    groups: dict[Labels, list[float]] = {}
    for labels, value in found.items():
        key = tuple(one for one in labels if (one[0] in node.labels) != node.is_without)
        groups.setdefault(key, []).append(value)
    reckon: dict[str, Callable[[list[float]], float]] = {
        "sum": math.fsum,
        "avg": lambda values: math.fsum(values) / len(values),
        "max": max,
        "min": min,
        "count": lambda values: float(len(values)),
    }
    return {key: reckon[node.operator](values) for key, values in groups.items()}


def _binary(node: Binary, left: Value, right: Value) -> Value:
    if node.operator in {"and", "or", "unless"}:
        if isinstance(left, float) or isinstance(right, float):
            raise InvalidDefinition(f"{node.operator} stands between series only.")
        return _together(node, left, right)
    if isinstance(left, float) and isinstance(right, float):
        return _reckon(node.operator, left, right)
    if isinstance(right, float):
        assert isinstance(left, dict)  # noqa: S101  # the other case was above
        pairs: Iterable[tuple[Labels, float, float]] = ((labels, value, right) for labels, value in left.items())
    elif isinstance(left, float):
        pairs = ((labels, left, value) for labels, value in right.items())
    else:
        others = {_key(labels, node.on): value for labels, value in right.items()}
        pairs = (
            (labels, value, others[_key(labels, node.on)])
            for labels, value in left.items()
            if _key(labels, node.on) in others
        )
    if node.operator in _COMPARISONS:
        kept = left if isinstance(left, dict) else right
        assert isinstance(kept, dict)  # noqa: S101
        return {labels: kept[labels] for labels, one, two in pairs if _COMPARISONS[node.operator](one, two)}
    return {labels: _reckon(node.operator, one, two) for labels, one, two in pairs}


def _key(labels: Labels, on: tuple[str, ...] | None) -> Labels:
    return labels if on is None else tuple(one for one in labels if one[0] in on)


def _together(node: Binary, left: Vector, right: Vector) -> Vector:
    if node.operator == "or":
        known = {_key(labels, node.on) for labels in left}
        return left | {labels: value for labels, value in right.items() if _key(labels, node.on) not in known}
    others = {_key(labels, node.on) for labels in right}
    return {
        labels: value for labels, value in left.items() if (_key(labels, node.on) in others) == (node.operator == "and")
    }


def _reckon(sign: str, one: float, two: float) -> float:
    if sign == "/":
        return one / two if two else (math.nan if one == 0 or math.isnan(one) else math.copysign(math.inf, one))
    found: float = {"+": operator.add, "-": operator.sub, "*": operator.mul}[sign](one, two)
    return found


def _call(node: Call, samples: Samples, at: float) -> Value:
    arguments = node.arguments
    if node.function in {"rate", "increase", "max_over_time"}:
        return _over_range(node.function, arguments[0], samples, at)
    if node.function == "vector":
        found = _value(arguments[0], samples, at)
        return {(): found} if isinstance(found, float) else found
    if node.function == "absent":
        return {} if _vector(arguments[0], samples, at) else {_told_labels(arguments[0]): 1.0}
    if node.function == "round":
        return {labels: math.floor(value + 0.5) for labels, value in _vector(arguments[0], samples, at).items()}
    if node.function == "histogram_quantile":
        share = _value(arguments[0], samples, at)
        assert isinstance(share, float)  # noqa: S101  # the rules say a number
        return _quantiles(share, _vector(arguments[1], samples, at))
    return _label_replace(
        _vector(arguments[0], samples, at), *(one.value for one in arguments[1:] if isinstance(one, Text))
    )


def _told_labels(node: Node) -> Labels:
    if not isinstance(node, Selector):
        return ()
    return tuple(sorted((label, wanted) for label, sign, wanted in node.matchers if sign == "="))


def _over_range(function: str, node: Node, samples: Samples, at: float) -> Vector:
    if not isinstance(node, Selector) or not node.range_s:
        raise InvalidDefinition(f"{function} needs a range, such as [5m].")
    end = at - node.offset_s
    found: Vector = {}
    for labels, series in samples.select(node):
        seen = series.between(end - node.range_s, end)
        if function == "max_over_time":
            value = max((value for _, value in seen), default=None)
        else:
            value = _increase(seen, end - node.range_s, end)
            value = value / node.range_s if value is not None and function == "rate" else value
        if value is not None:
            found[labels] = value
    return found


def _increase(seen: list[tuple[float, float]], begin: float, end: float) -> float | None:
    """How much a counter grew, drawn out to the ends of the range where its samples come near them."""
    if len(seen) < 2:
        return None
    grown = seen[-1][1] - seen[0][1]
    grown += math.fsum(before for (_, before), (_, after) in itertools.pairwise(seen) if after < before)
    sampled_s = seen[-1][0] - seen[0][0]
    mean_s = sampled_s / (len(seen) - 1)
    to_begin_s, to_end_s = seen[0][0] - begin, end - seen[-1][0]
    to_begin_s = to_begin_s if to_begin_s < 1.1 * mean_s else mean_s / 2
    to_end_s = to_end_s if to_end_s < 1.1 * mean_s else mean_s / 2
    if grown > 0 and seen[0][1] >= 0:  # it cannot have been below zero before
        to_begin_s = min(to_begin_s, sampled_s * seen[0][1] / grown)
    return grown * (sampled_s + to_begin_s + to_end_s) / sampled_s


def _quantiles(share: float, buckets: Vector) -> Vector:
    groups: dict[Labels, list[tuple[float, float]]] = {}
    for labels, value in buckets.items():
        edge = float(dict(labels).get("le", "nan"))
        groups.setdefault(tuple(one for one in labels if one[0] != "le"), []).append((edge, value))
    return {labels: _quantile(share, sorted(edges)) for labels, edges in groups.items()}


def _quantile(share: float, edges: list[tuple[float, float]]) -> float:
    if len(edges) < 2 or not math.isinf(edges[-1][0]) or not edges[-1][1] > 0:
        return math.nan
    rank = share * edges[-1][1]
    index = next(i for i, (_, count) in enumerate(edges) if count >= rank or i == len(edges) - 1)
    if index == len(edges) - 1:
        return edges[-2][0]
    low, below = edges[index - 1] if index else (0.0, 0.0)
    high, count = edges[index]
    return low + (high - low) * (rank - below) / (count - below) if count > below else high


def _label_replace(found: Vector, into: str, replacement: str, source: str, pattern: str) -> Vector:
    made: Vector = {}
    for labels, value in found.items():
        match = re.fullmatch(pattern, dict(labels).get(source, ""))
        if match is None:
            made[labels] = value
            continue
        text = match.expand(re.sub(r"\$(\d+)", r"\\\1", replacement))
        kept = [one for one in labels if one[0] != into] + ([(into, text)] if text else [])
        made[tuple(sorted(kept))] = value
    return made
