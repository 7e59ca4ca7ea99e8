"""The attacks that hostile learners may try, each on the real engine through the real site; docs/security.md tells."""
