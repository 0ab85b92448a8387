"""What several test files share."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy and torch load: two cores, many processes

from hypothesis import HealthCheck, settings

settings.register_profile("wavenet", deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("wavenet")
