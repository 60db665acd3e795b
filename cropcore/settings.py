"""Typed, ranged parameters that people may set, and one clear sentence when a value is wrong."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from cropcore.errors import SettingError


class Settings(BaseModel):
    """A frozen set of named values with types, ranges and descriptions.

    The fields make the command line's ``--set``, the dashboard's form and the record in
    ``run.json`` alike.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, protected_namespaces=()
    )

    @classmethod
    def parse(cls, values: Mapping[str, Any], where: str) -> Self:
        """Make settings from text or numbers.

        Raises:
            SettingError: A name is unknown, or a value has the wrong type or is out of range.
        """
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise _told(error, where, cls) from None


def _told(error: ValidationError, where: str, cls: type[Settings]) -> SettingError:
    """The first complaint as a sentence."""
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"]) or where
    if first["type"] == "extra_forbidden":
        return SettingError(
            where,
            expected=f"one of {', '.join(cls.model_fields)}",
            got=f"the unknown name {name!r}",
            advice="correct the name or leave it out",
        )
    wish = first["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return SettingError(
        f"{where}, {name}",
        expected=wish[:1].lower() + wish[1:],
        got=repr(first["input"])[:80],
        advice=f"give {name} another value",
    )


__all__ = ["Settings"]
