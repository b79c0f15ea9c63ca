"""`python -m tests.content.searching.judged` writes the judged set's documents and topics anew.

The names of sections may move to others when an article changes: look at the judgements then.
"""

import tempfile
from pathlib import Path

from content.library import Library
from migrations import upgrading
from tests.content.searching.judged.gathering import (
    DOCUMENTS,
    TOPICS,
    lines,
    publish_articles,
    topic_lines,
)


def main() -> None:
    """Write `documents.jsonl` and `topics.jsonl`."""
    with tempfile.TemporaryDirectory() as directory:
        library = Library(f"sqlite:///{Path(directory) / 'library.db'}")
        try:
            with library.migrating() as connection:
                upgrading.upgrade(connection)
            publish_articles(library)
            with library.reading() as session:
                for path, found in ((DOCUMENTS, lines), (TOPICS, topic_lines)):
                    path.write_text("".join(f"{line}\n" for line in found(session)), "utf-8")
        finally:
            library.close()


if __name__ == "__main__":
    main()
