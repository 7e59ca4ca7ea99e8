"""Admission: plugins that change or refuse a write after it was read and before it is stored."""
