"""Special campaigns (专项行动): what the districts have done, and what it has come to."""
