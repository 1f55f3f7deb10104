"""The three chats: each a pure renderer and a thin connection."""
