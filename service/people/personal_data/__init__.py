"""个人信息: what is held about a person, handed out and taken away."""
