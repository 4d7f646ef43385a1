"""存为常用的筛选: lists of findings that a person comes back to, each under a name of his or her own."""
