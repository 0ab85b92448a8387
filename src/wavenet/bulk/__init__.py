"""Many texts, on the cores of one machine or on a cluster."""
