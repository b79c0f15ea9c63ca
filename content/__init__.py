"""The domain of Dermis, with no web and no command line in it.

An *article* is an identity: a locale, a slug, topics, and pointers to two of its *editions*, the
draft and the live one. An edition is one version of the text: a title, a summary and ordered
*sections*, each of one *section type*. A live edition never changes; publishing moves a pointer
and appends to the *change log*, which every shadow of the database (the search index, caches,
feeds) follows from a checkpoint of its own. A *topic* is what an article is about; a *proposal*
is what importing found in a source, before an editor commits it. A *review* is what a reviewer
said of the clinical text of an edition; one that approves is a signature, which holds for that
text and no other.
"""
