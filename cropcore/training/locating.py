"""Where the data of a run lie on this machine: as it was told, else by name in the workspace."""

import re
from pathlib import Path

from cropcore.errors import MissingFileError
from cropcore.training.record import TrainingRequest
from cropcore.workspace import find_region

_NOT_PLAIN = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')


def locate(request: TrainingRequest, folder: Path) -> TrainingRequest:
    """The request with its region's path here; an imported run knows no more than a name.

    Args:
        request: What a run was asked for.
        folder: The workspace.

    Raises:
        MissingFileError: The data are neither where they were nor in the workspace.
    """
    try:
        found = find_region(request.region, folder)
    except MissingFileError:
        name = Path(request.region).name
        raise MissingFileError(
            f"region {name}",
            expected="the imagery and labels this run learnt from",
            got=f"neither {request.region} nor {folder / 'regions' / name}",
            advice=f"put {name} into {folder / 'regions'}",
        ) from None
    return request.model_copy(update={"region": str(found)})


def region_name(region: str) -> str:
    """What a region is called where its path means nothing: as it would be in a workspace."""
    path = Path(region)
    name = path.parent.name if path.name == "region.toml" else path.name
    return _NOT_PLAIN.sub("_", name).strip(" .") or "region"


__all__ = ["locate", "region_name"]
