"""The read-only interface for programs at ``/api/v1``."""
