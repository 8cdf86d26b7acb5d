"""What people do with OpenAI's client: make a video, with and without a picture, look, list, download, remix, delete."""

import os
import time

import openai
from picture import png

client = openai.OpenAI(base_url=os.environ["MAAS_URL"] + "/v1", api_key=os.environ["MAAS_API_KEY"])
quick = {"steps": 2, "pace": 0}


def finished(video):
    while video.status in ("queued", "in_progress"):
        time.sleep(0.2)
        video = client.videos.retrieve(video.id)
    assert video.status == "completed", video
    return video


assert "demo" in [model.id for model in client.models.list()]
assert client.models.retrieve("demo").id == "demo"

# Without a picture: older clients send JSON, newer ones a form.
plain = client.videos.create_and_poll(
    model="demo", prompt="a red fox in the snow", size="640x640", seconds="1", extra_body=quick, poll_interval_ms=200
)
assert plain.status == "completed", plain
assert plain.id.startswith("video_") and plain.object == "video" and plain.progress == 100, plain
assert (plain.size, plain.seconds, plain.model) == ("640x640", "1", "demo"), plain
assert plain.created_at <= plain.completed_at and plain.error is None, plain

# With one, as a file and as bare bytes without a name or a type.
with_file = client.videos.create(
    model="demo", prompt="it moves", size="832x480", seconds="1",
    input_reference=("in.png", png(), "image/png"), extra_body=quick,
)
with_bytes = client.videos.create(model="demo", prompt="so does this", seconds="1", input_reference=png(), extra_body=quick)
for video in (with_file, with_bytes):
    assert video.status in ("queued", "in_progress"), video
    finished(video)

# The files.
content = client.videos.download_content(plain.id).read()
assert content[4:8] == b"ftyp", content[:16]
for variant in ("thumbnail", "spritesheet"):
    picture = client.videos.download_content(plain.id, variant=variant).read()
    assert picture[:3] == b"\xff\xd8\xff", (variant, picture[:8])
part = client.videos.download_content(plain.id, extra_headers={"Range": "bytes=4-7"}).read()
assert part == b"ftyp", part
# Without a redirect, where the object store cannot be reached.
streamed = client.videos.download_content(plain.id, extra_query={"stream": "true"})
assert streamed.read() == content and streamed.response.history == [], streamed.response.history
part = client.videos.download_content(
    plain.id, extra_query={"stream": "true"}, extra_headers={"Range": "bytes=4-7"}
)
assert (part.read(), part.response.status_code) == (b"ftyp", 206)

# Another prompt, the same picture.
remix = finished(client.videos.remix(with_file.id, prompt="now at night"))
assert remix.remixed_from_video_id == with_file.id and remix.prompt == "now at night", remix
assert remix.size == with_file.size, remix

# The list, page by page, newest first.
mine = [plain.id, with_file.id, with_bytes.id, remix.id]
listed = [video.id for video in client.videos.list(limit=2)]
assert [id for id in listed if id in mine] == mine[::-1], listed
oldest = [video.id for video in client.videos.list(limit=3, order="asc")]
assert oldest == listed[::-1], (oldest, listed)

# Gone, with its files.
deleted = client.videos.delete(plain.id)
assert deleted.deleted and deleted.id == plain.id and deleted.object == "video.deleted", deleted
try:
    client.videos.retrieve(plain.id)
except openai.NotFoundError:
    pass
else:
    raise AssertionError("a deleted video is still there")
finished(with_bytes)
