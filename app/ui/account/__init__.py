"""The tab 台账与统计: the figures of a period, who is behind them, and the papers made of them."""
