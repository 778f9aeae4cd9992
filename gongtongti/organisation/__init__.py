"""The organisation: who sits where and what that gives (posts), which school belongs to which community (membership)."""
