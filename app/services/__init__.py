"""What a user can do: one function per use case, each wholly or not at all."""
