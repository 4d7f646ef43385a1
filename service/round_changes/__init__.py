"""Changes of a round under way: its days, who takes part, who has which district, and who comes after whom."""
