"""The same with the client that does not block: its addresses end in a slash, and it cancels in its own way."""

import asyncio
import os
import tempfile
from http import HTTPStatus

import dashscope
from dashscope.aigc.video_synthesis import AioVideoSynthesis
from picture import png

dashscope.base_http_api_url = os.environ["MAAS_URL"] + "/api/v1"
dashscope.api_key = os.environ["MAAS_API_KEY"]


def good(answer):
    assert answer.status_code == HTTPStatus.OK, answer
    return answer


async def journey():
    done = good(await AioVideoSynthesis.call(model="demo", prompt="a cat", steps=2, pace=0, duration=1))
    assert done.output.task_status == "SUCCEEDED" and done.output.video_url, done
    slow = good(await AioVideoSynthesis.async_call(model="demo", prompt="slow", steps=100, pace=5))
    assert good(await AioVideoSynthesis.fetch(slow)).output.task_status in ("PENDING", "RUNNING")
    good(await AioVideoSynthesis.cancel(slow))
    assert good(await AioVideoSynthesis.wait(slow)).output.task_status == "CANCELED"
    good(await AioVideoSynthesis.list(page_size=1))
    # A picture from a file of this machine.
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        file.write(png())
        file.flush()
        local = await AioVideoSynthesis.call(
            model="demo", prompt="it moves", img_url="file://" + file.name, steps=2, pace=0, duration=1
        )
    assert good(local).output.task_status == "SUCCEEDED", local


asyncio.run(journey())
