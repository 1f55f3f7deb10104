"""What the browser chat promises."""
