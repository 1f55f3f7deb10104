"""The pages: briefings, topics, sources, health, metrics; and who may see what, for every route of the process."""
