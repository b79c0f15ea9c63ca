"""Record the examples anew: `python -m tests.api.v1.documenting`, in the root of the project."""

import tempfile
from pathlib import Path

from tests.api.v1.documenting.recording import RECORDED, recorded, recorder, written

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, recorder(Path(folder)) as at_work:
        RECORDED.write_bytes(written(recorded(at_work)))
