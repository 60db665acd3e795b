"""Finding deciding dates in a process of its own, which outlives whoever asked for it."""

from __future__ import annotations

import shutil
from pathlib import Path

from cropcore.errors import StorageError
from cropcore.explain.deciding.record import FOLDER, REQUEST, DecidingRequest
from cropcore.training.launching import Status, launch, status
from cropcore.training.run import Run

WORKER = "cropcore.explain.deciding.worker"


def job_of(run: Path, region: str) -> Run:
    """The folder in which a region is explained, with its state, log and request to stop.

    Args:
        run: Folder of the run.
        region: Name of the region.
    """
    return Run(run / FOLDER / region)


def job_status(job: Run) -> Status | None:
    """Where a job stands; ``None`` where nobody ever asked for it.

    Raises:
        RunError: Its state cannot be read.
    """
    return status(job) if (job.folder / "state.json").is_file() else None


def start(request: DecidingRequest, region: str) -> Run:
    """Begin to find the deciding dates of a region.

    Args:
        request: What is asked.
        region: Name of the region.

    Raises:
        StorageError: The run's folder cannot be written.
    """
    job = job_of(request.run, region)
    try:
        job.folder.mkdir(parents=True, exist_ok=True)
        for left in job.folder.glob(".*.partial-*"):  # of a process that was killed
            shutil.rmtree(left, ignore_errors=True)
    except OSError as error:
        raise StorageError(
            job.folder,
            expected="a folder that takes the results",
            got=error.strerror or str(error),
            advice="copy the run to a folder that you may write to",
        ) from error
    job.write_text(REQUEST, request.model_dump_json(indent=2))
    launch(job, WORKER)
    return job


__all__ = ["WORKER", "job_of", "job_status", "start"]
