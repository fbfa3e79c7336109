"""Category fluency: definition and texts as data, the words of each category, and its rules."""
