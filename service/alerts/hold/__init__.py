"""What administrators decide about sending: the office held and released, single mails sent again or dropped."""
