"""How the records are kept: encrypted, in one data folder, wholly or not at all."""
