"""Where the data of a run lie on this machine: as it was told, else by name in the workspace."""

from pathlib import Path

from cropcore.errors import MissingFileError
from cropcore.training.record import TrainingRequest
from cropcore.workspace import find_region


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


__all__ = ["locate"]
