"""The process that finds deciding dates: ``python -m cropcore.explain.deciding.worker FOLDER``."""

import os
import sys
import time
from pathlib import Path

from pydantic import ValidationError

from cropcore.explain.deciding.computing import decide_dates
from cropcore.explain.deciding.record import REQUEST, DecidingRequest
from cropcore.explain.deciding.storing import write_decisions
from cropcore.explain.together import explainer_of
from cropcore.sources.region import open_region
from cropcore.training.files import first_line, unreadable
from cropcore.training.record import State
from cropcore.training.run import Run, open_run
from cropcore.training.working import Tell, work

_FEWER = "choose the method saliency, or close other programs"


def main(folder: str) -> int:
    """Find the deciding dates that a folder's request asks for; gives the exit code."""
    job = Run(Path(folder).resolve())

    def decide(tell: Tell) -> tuple[State, str]:
        begun = time.monotonic()
        tell("opening", {})
        request = _request(job)
        region = open_region(request.region, request.options)
        explainer = explainer_of(open_run(request.run))

        def progress(done: int, of: int) -> None:
            tell("explaining", {"done": done, "of": of, "seconds": time.monotonic() - begun})

        decided = decide_dates(
            explainer,
            region,
            method=request.method,
            pixels=request.pixels,
            progress=progress,
            cancelled=lambda: job.cancel_requested,
        )
        tell("writing", {"seconds": time.monotonic() - begun})
        write_decisions(decided, region, job.folder, begun)
        return "done", ""

    return work(job, decide, _FEWER)


def _request(job: Run) -> DecidingRequest:
    try:
        return DecidingRequest.model_validate_json(job.read_text(REQUEST))
    except ValidationError as error:
        raise unreadable(job.folder / REQUEST, first_line(error)) from None


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.exit(main(sys.argv[1]))
