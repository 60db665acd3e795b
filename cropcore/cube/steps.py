"""What is done to a pixel's observations on their way to a model; recorded with every run."""

from typing import Any, Literal

from pydantic import Field, field_validator

from cropcore.settings import Settings

Filling = Literal["linear", "whittaker"]


class Steps(Settings):
    """The choices between masked acquisitions and model input, in the order they are applied."""

    screening: bool = Field(
        False, description="Drop observations that brighten in blue like a cloud the mask missed"
    )
    filling: Filling = Field(
        "linear", description="How gaps are filled: straight between dates, or by a smooth curve"
    )
    smoothness: float = Field(
        2.0, gt=0, le=1e6, description="Of the smooth curve (whittaker); larger is smoother"
    )
    indices: tuple[str, ...] = Field(
        (), max_length=50, description="Indices added as bands, such as NDVI,NDMI,DpRVIVV"
    )

    @field_validator("indices", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        """Names separated by commas, as they are typed."""
        if not isinstance(value, str):
            return value
        return tuple(name.strip() for name in value.split(",") if name.strip())


__all__ = ["Filling", "Steps"]
