"""The citizen's report from first words to filing: the draft row is the truth, Rasa's form only mirrors it."""
