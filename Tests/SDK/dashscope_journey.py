"""What people do with DashScope's client: submit, wait, fetch, list, cancel, with a picture by URL and from a file."""

import base64
import os
import tempfile
import urllib.request
from http import HTTPStatus

import dashscope
from dashscope import VideoSynthesis
from picture import png

dashscope.base_http_api_url = os.environ["MAAS_URL"] + "/api/v1"
dashscope.api_key = os.environ["MAAS_API_KEY"]
quick = {"steps": 2, "pace": 0, "duration": 1}


def good(answer):
    assert answer.status_code == HTTPStatus.OK, answer
    return answer


# Submit and wait in one.
done = good(VideoSynthesis.call(model="demo", prompt="a cat", size="640*640", **quick))
assert done.output.task_status == "SUCCEEDED", done
assert urllib.request.urlopen(done.output.video_url, timeout=60).read()[4:8] == b"ftyp"
assert done.usage["video_count"] == 1 and done.usage["video_ratio"] == "640*640", done.usage

# Submit, look, wait.
submitted = good(VideoSynthesis.async_call(model="demo", prompt="a dog", **quick))
assert submitted.output.task_status == "PENDING" and submitted.output.task_id, submitted
assert good(VideoSynthesis.fetch(submitted)).output.task_status in ("PENDING", "RUNNING", "SUCCEEDED")
assert good(VideoSynthesis.wait(submitted.output.task_id)).output.task_status == "SUCCEEDED"

# A picture: in a data URL, and from a file of this machine.
inline = "data:image/png;base64," + base64.b64encode(png()).decode()
good(VideoSynthesis.call(model="demo", prompt="it moves", img_url=inline, **quick))
with tempfile.NamedTemporaryFile(suffix=".png") as file:
    file.write(png())
    file.flush()
    local = good(VideoSynthesis.call(model="demo", prompt="this too", img_url="file://" + file.name, **quick))
assert local.output.task_status == "SUCCEEDED", local

# Cancel, before it has begun or after.
slow = good(VideoSynthesis.async_call(model="demo", prompt="slow", steps=100, pace=5))
good(VideoSynthesis.cancel(slow))
assert good(VideoSynthesis.wait(slow)).output.task_status == "CANCELED"

# The list.
listed = good(VideoSynthesis.list(page_no=1, page_size=2, status="SUCCEEDED"))
tasks = listed.output if isinstance(listed.output, list) else (listed.output or listed)["data"]
assert len(tasks) == 2 and tasks[0]["task_id"] == local.output.task_id, listed

# None of that id.
assert good(VideoSynthesis.fetch("0" * 26)).output.task_status == "UNKNOWN"
