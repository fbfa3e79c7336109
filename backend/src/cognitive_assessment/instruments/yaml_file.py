"""A YAML file whose faults are told with their line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from cognitive_assessment.instruments.schema import Data

T = TypeVar("T", bound=Data)
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the quick one where it is built
Location = tuple[int | str, ...]


@dataclass(frozen=True, slots=True, order=True)
class FileFault:
    """What is wrong, and where."""

    path: Path
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.words}"


class YamlFile:
    """One file, read once; what is wrong with it gathers in `faults`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[FileFault] = []
        self._node: yaml.Node | None = None
        self._content: Any = None
        try:
            loader = _LOADER(path.read_text(encoding="utf-8"))
            self._node = loader.get_single_node()
            self._content = None if self._node is None else loader.construct_document(self._node)
        except (OSError, UnicodeDecodeError) as error:
            self._tell(1, f"cannot be read: {error}")
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            words = getattr(error, "problem", None) or str(error)
            self._tell(1 if mark is None else mark.line + 1, f"cannot be read: {words}")
        for line, key in _doubled_keys(self._node):
            self._tell(line, f"{key} stands here twice")

    def as_model(self, model: type[T]) -> T | None:
        """What the file holds; None where it is not such a thing, with its faults told."""
        if self.faults:
            return None
        return self.part_as_model((), self._content, model)

    def part_as_model(self, location: Location, content: Any, model: type[T]) -> T | None:
        """The same of a part of the file."""
        try:
            return model.model_validate(content)
        except ValidationError as error:
            for found in error.errors():
                self.tell((*location, *found["loc"]), found["msg"])
            return None

    def tell(self, location: Location, words: str) -> None:
        """Note a fault at a place of the file, such as `("items", 2, "id")`."""
        self._tell(self._line(location), f"{'.'.join(map(str, location)) or 'the file'}: {words}")

    def _tell(self, line: int, words: str) -> None:
        self.faults.append(FileFault(self.path, line, words))

    def _line(self, location: Location) -> int:
        """The line of the innermost thing on the way to `location` that is there."""
        node, line = self._node, 1
        for step in location:
            if node is None:
                break
            line = node.start_mark.line + 1
            node, line = _child(node, step, line)
        return line if node is None else max(line, node.start_mark.line + 1)


def _child(node: yaml.Node, step: int | str, line: int) -> tuple[yaml.Node | None, int]:
    """What stands under a name or a number, and the line where it begins: that of its name."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child, child.start_mark.line + 1
    return None, line


def _doubled_keys(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Names that stand twice in one mapping: YAML would silently take the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, str(key.value)
            seen.add(key.value)
            yield from _doubled_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _doubled_keys(child)
