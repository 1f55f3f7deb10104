"""The browser chat: Readout without any other platform. `connection` serves it, `render` is its HTML."""
