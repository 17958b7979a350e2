"""The common part of the sections: questions to ESI, lists in pages, and rows that are stored as a set."""
