"""The running site from request to WebSocket: real processes, a real engine, learners without a browser."""
