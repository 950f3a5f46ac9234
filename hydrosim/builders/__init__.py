"""What node and link types lower to, and the builders that collect it for each engine."""
