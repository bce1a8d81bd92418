"""The understanding process: the only code that imports Rasa (Python 3.10)."""
