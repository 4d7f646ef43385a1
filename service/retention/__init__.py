"""保存期限: what is kept for a time only, for how long, and how it goes once that is over."""
