"""What pages of records share: plans, visits, results, 期满办理."""
