"""The roster: the list of people, the chosen person, the editor."""
