"""Rounds (督查轮次): opening one, which one is meant, and the rules that it goes by."""
