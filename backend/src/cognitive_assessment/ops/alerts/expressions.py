"""The part of Prometheus' query language that our rules are written in, read into a tree.

A rule that says something else is refused at the start, by name, rather than read differently than Prometheus would.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from cognitive_assessment.errors import InvalidDefinition

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:e[+-]?\d+)?)(?![\w:])|(?P<duration>\d+[smhd])\b|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<name>[a-zA-Z_:][\w:]*)|(?P<sign>==|!=|>=|<=|=~|!~|[-+*/(){}\[\],=<>]))"
)
_LEVELS = (("or",), ("and", "unless"), ("==", "!=", ">=", "<=", ">", "<"), ("+", "-"), ("*", "/"))
AGGREGATES = frozenset({"sum", "avg", "max", "min", "count"})
OF_RANGES = frozenset({"rate", "increase", "max_over_time"})
FUNCTIONS = OF_RANGES | {"absent", "round", "vector", "histogram_quantile", "label_replace"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A text, as an argument."""

    value: str


@dataclass(frozen=True, slots=True)
class Selector:
    """Series by name and labels, at a moment or over a range before it."""

    name: str
    matchers: tuple[tuple[str, str, str], ...] = ()
    range_s: float = 0.0
    offset_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Call:
    """A function of its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Many series put together; `is_without` turns the labels into those that are dropped."""

    operator: str
    labels: tuple[str, ...]
    is_without: bool
    argument: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two sides; `on` names the labels by which series are matched, all of them if it is nothing."""

    operator: str
    left: Node
    right: Node
    on: tuple[str, ...] | None


Node = Number | Text | Selector | Call | Aggregate | Binary


def duration_s(text: str) -> float:
    """`5m` in seconds."""
    found = re.fullmatch(r"(\d+)([smhd])", text)
    if found is None:
        raise InvalidDefinition(f"{text!r} is no length of time.")
    return int(found[1]) * _SECONDS[found[2]]


@functools.cache
def read(text: str) -> Node:
    """The tree of an expression; raises `InvalidDefinition` for what we cannot evaluate."""
    reader = _Reader(text)
    node = reader.binary(0)
    if reader.next() is not None:
        raise reader.fault()
    return node


def selectors(node: Node) -> list[Selector]:
    """Every series that a tree asks for."""
    if isinstance(node, Selector):
        return [node]
    inner: tuple[Node, ...] = ()
    if isinstance(node, Call):
        inner = node.arguments
    elif isinstance(node, Aggregate):
        inner = (node.argument,)
    elif isinstance(node, Binary):
        inner = (node.left, node.right)
    return [found for one in inner for found in selectors(one)]


class _Reader:
    """Tokens one after the other."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._tokens: list[tuple[str, str]] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None:
                raise InvalidDefinition(f"This expression cannot be read from {text[at : at + 20]!r} on: {text}")
            self._tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            at = found.end()

    def next(self) -> str | None:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else None

    def fault(self) -> InvalidDefinition:
        return InvalidDefinition(f"{self.next()!r} is not understood in the expression {self._text}")

    def take(self, *expected: str) -> str:
        if self.next() is None or (expected and self.next() not in expected):
            raise self.fault()
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _of_kind(self, kind: str) -> str:
        if self._at >= len(self._tokens) or self._tokens[self._at][0] != kind:
            raise self.fault()
        return self.take()

    def binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._primary()
        left = self.binary(level + 1)
        while self.next() in _LEVELS[level]:
            operator = self.take()
            on = None
            if self.next() == "on":
                self.take()
                on = self._labels()
            left = Binary(operator, left, self.binary(level + 1), on)
        return left

    def _labels(self) -> tuple[str, ...]:
        self.take("(")
        found = []
        while self.next() != ")":
            found.append(self._of_kind("name"))
            if self.next() == ",":
                self.take()
        self.take(")")
        return tuple(found)

    def _primary(self) -> Node:
        if self.next() == "(":
            self.take()
            inner = self.binary(0)
            self.take(")")
            return inner
        kind = self._tokens[self._at][0] if self.next() is not None else ""
        if kind == "number":
            return Number(float(self.take()))
        if kind == "text":
            return Text(self.take()[1:-1])
        name = self._of_kind("name")
        if name in AGGREGATES:
            return self._aggregate(name)
        if self.next() == "(":
            return self._call(name)
        return self._selector(name)

    def _aggregate(self, operator: str) -> Aggregate:
        labels, is_without = self._grouping()
        self.take("(")
        argument = self.binary(0)
        self.take(")")
        if not labels and not is_without:
            labels, is_without = self._grouping()
        return Aggregate(operator, labels, is_without, argument)

    def _grouping(self) -> tuple[tuple[str, ...], bool]:
        if self.next() not in {"by", "without"}:
            return (), False
        is_without = self.take() == "without"
        return self._labels(), is_without

    def _call(self, function: str) -> Call:
        if function not in FUNCTIONS:
            raise InvalidDefinition(f"The function {function} is not understood in the expression {self._text}")
        self.take("(")
        arguments = []
        while self.next() != ")":
            arguments.append(self.binary(0))
            if self.next() == ",":
                self.take()
        self.take(")")
        return Call(function, tuple(arguments))

    def _selector(self, name: str) -> Selector:
        matchers = []
        if self.next() == "{":
            self.take()
            while self.next() != "}":
                label, sign = self._of_kind("name"), self.take("=", "!=", "=~", "!~")
                matchers.append((label, sign, self._of_kind("text")[1:-1]))
                if self.next() == ",":
                    self.take()
            self.take("}")
        range_s = offset_s = 0.0
        if self.next() == "[":
            self.take()
            range_s = duration_s(self._of_kind("duration"))
            self.take("]")
        if self.next() == "offset":
            self.take()
            offset_s = duration_s(self._of_kind("duration"))
        return Selector(name, tuple(matchers), range_s, offset_s)
