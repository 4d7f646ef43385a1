"""The record: events and journal, hash-chained, with an alert for everybody who is told."""
