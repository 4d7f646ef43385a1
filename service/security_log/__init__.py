"""The security log: sign-ins, rights, exports, refusals; its one writer, who reads it, and how long it is kept."""
