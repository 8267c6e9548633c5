"""The tab 结果与归档: what a visit came to, who was told, and the file it ends in."""
