"""Tables of named choices whose entries are imported when first asked for."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Generic, TypeVar, cast

from cropcore.errors import UnknownNameError

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """A read-only table from a short name to an object written as ``"module:attribute"``.

    Iterating gives names and imports nothing, so a list of architectures can be shown without
    loading TensorFlow.

    Args:
        kind: What one entry is, for messages ("architecture").
        targets: Name to ``"module:attribute"``.

    Raises:
        UnknownNameError: On look-up of a name that is not in the table.
    """

    def __init__(self, kind: str, targets: Mapping[str, str]) -> None:
        self.kind = kind
        self._targets = dict(targets)

    def __getitem__(self, name: str) -> T:
        target = self._targets.get(name)
        if target is None:
            raise UnknownNameError(
                self.kind,
                expected=f"one of {', '.join(self)}",
                got=repr(name),
                advice="choose a name from the list",
            )
        module, _, attribute = target.partition(":")
        return cast(T, getattr(import_module(module), attribute))

    def __iter__(self) -> Iterator[str]:
        return iter(self._targets)

    def __len__(self) -> int:
        return len(self._targets)


__all__ = ["Registry"]
