"""Everything that can keep Duban from doing its duty without anybody noticing."""
