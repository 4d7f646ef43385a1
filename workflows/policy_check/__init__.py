"""Whether a policy file can be followed and does what it says: every mistake at once, with what to write instead."""

from workflows.policy_check.check import policy_mistakes, require_policy

__all__ = ["policy_mistakes", "require_policy"]
