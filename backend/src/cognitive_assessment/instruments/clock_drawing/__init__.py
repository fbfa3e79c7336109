"""The clock that is drawn: its rule, its texts, and the reader of its numbers."""
