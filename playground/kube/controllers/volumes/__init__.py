"""Claims and volumes: binding them, making volumes on demand, reclaiming them, and keeping what is in use."""
