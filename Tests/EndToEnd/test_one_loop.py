"""The services run Swift on their loop alone."""

from __future__ import annotations

from pathlib import Path

from product import ProductTestCase


class OneLoopTests(ProductTestCase):
    def test_no_service_starts_the_pool_of_the_language(self):
        self.product.wait_for_state(self.submit("on one thread", steps=2), "COMPLETED")
        for service in ("api-gateway", "dispatcher", "progress-relay"):
            process = Path("/proc", str(self.product.process_of(service)))
            # Those of libuv, which look names up, have the name of their process; those of the pool say their priority.
            names = [path.read_text().strip() for path in process.glob("task/*/comm")]
            self.assertEqual(set(names), {service[:15]}, service)
