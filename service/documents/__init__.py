"""Documents (公文): asked for by people, made by workers, kept as Word and PDF."""
