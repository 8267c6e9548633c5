"""Why the child process does not read a file."""


class Refused(Exception):  # noqa: N818 - exceptions say what is wrong
    """A file that is not read; the message goes on after the file's name, in Chinese."""
