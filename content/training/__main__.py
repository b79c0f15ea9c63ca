"""`python -m content.training`: make the type model anew from the corpus."""

import sys

from content.importing.type_model import PATH, save
from content.training.fitting import corpus_digest, fit
from content.training.pages import read_corpus, read_lists


def main() -> None:
    """Fit the model and write it where the importer looks for it."""
    pages, lists = read_corpus(), read_lists()
    model = fit(pages, lists, corpus_digest())
    save(model)
    sys.stdout.write(
        f"{PATH.name}: {len(model.features)} features of {len(pages)} pages and "
        f"{len(lists)} single lines\n"
    )


if __name__ == "__main__":
    main()
