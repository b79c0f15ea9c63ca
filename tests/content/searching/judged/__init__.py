"""A judged set in people's words: sections, what people ask of them, and what answers it.

`documents.jsonl` has a section a line: all live sections of the demo's samples and of the articles
that importing is tested with. `queries.jsonl` has what people ask, `judgements.tsv` for each query
the sections that answer (3), answer in part or for a neighbouring case (2), or are about the same
(1); what is not judged is beside the point (0). A hit is right when its grade is at least 2.
`unanswerable.jsonl` has questions that nothing here answers, `misleading.jsonl` questions with a
section or pair that seems to answer and does not. Weights may be chosen by the queries
with even numbers only: the odd ones tell how well that was done.

`topics.jsonl` says what the demo calls its topics.

The queries were written and judged from the texts, before any engine had answered them. Later, of
every query the unjudged ones among the first three hits were read, 340 in all, mixed and without
the places and halves that they came from: of them six answer, and were added (three to
queries of each half).
"""
