"""DashScope's client returns errors: with a status, one of its codes, and a message that says what would be right."""

import os

import dashscope
from dashscope import VideoSynthesis

dashscope.base_http_api_url = os.environ["MAAS_URL"] + "/api/v1"
dashscope.api_key = os.environ["MAAS_API_KEY"]


def refused(answer, status, code, *words):
    assert (answer.status_code, answer.code) == (status, code), answer
    for word in words:
        assert word in answer.message, answer.message
    assert answer.request_id, answer


call = VideoSynthesis.async_call
refused(call(model="demo", prompt="x", size="1*1"), 422, "InvalidParameter", "parameters.size")
refused(call(model="demo", prompt="x", duration=9000), 422, "InvalidParameter", "parameters.duration")
refused(call(model="no-such-model", prompt="x"), 422, "InvalidParameter", "model", "demo")
refused(call(model="demo", prompt="x", img_url="http://127.0.0.1:1/a.png"), 422, "InvalidParameter", "input.img_url")
refused(call(model="demo", prompt="x", api_key="maas_nobody"), 401, "InvalidApiKey")

# What is over cannot be cancelled.
done = VideoSynthesis.call(model="demo", prompt="x", steps=2, pace=0, duration=1)
assert done.output.task_status == "SUCCEEDED", done
refused(VideoSynthesis.cancel(done), 400, "UnsupportedOperation", "SUCCEEDED")
