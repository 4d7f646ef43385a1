"""The policy of an office: what the notice leaves to it, a module for each subject of the file."""

from workflows.policy.file import Policy, PolicyError, load_policy, shipped_policy_text

__all__ = ["Policy", "PolicyError", "load_policy", "shipped_policy_text"]
