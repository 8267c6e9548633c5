"""The tab of plans: the list of the period, plans until they are approved, visits and requests."""
