"""`duban people`: a module for the commands, one for what they show, one for tables."""
