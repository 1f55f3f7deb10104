"""The quality gate: what an annotator expects of the sample corpus, and floors below which no figure may fall."""
