"""OpenAI's and DashScope's own clients work with MaaS, with nothing changed but the address."""

from clients import ClientTest


class OpenAITest(ClientTest):
    client = "openai"

    def test_journey(self):
        self.run_program("openai_journey.py")

    def test_errors(self):
        self.run_program("openai_errors.py")

    def test_webhooks(self):
        self.run_program("openai_webhooks.py")


class DashScopeTest(ClientTest):
    client = "dashscope"

    def test_journey(self):
        self.run_program("dashscope_journey.py")

    def test_asynchronous_journey(self):
        self.run_program("dashscope_async_journey.py")

    def test_journey_with_a_client_object(self):
        self.run_program("dashscope_client_journey.py", versions=["2.0.2"])

    def test_errors(self):
        self.run_program("dashscope_errors.py")


del ClientTest
