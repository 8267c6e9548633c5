"""The account on paper and in files: the ledger, the figures of a period, the papers of a year."""
