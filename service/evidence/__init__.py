"""佐证材料: handed in by an organization, within its quota, put by it to findings, answers and campaigns."""
