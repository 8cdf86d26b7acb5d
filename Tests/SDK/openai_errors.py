"""Each mistake is the exception OpenAI's client has for it, and its message says what would be right."""

import os

import openai

address, key = os.environ["MAAS_URL"] + "/v1", os.environ["MAAS_API_KEY"]
client = openai.OpenAI(base_url=address, api_key=key, max_retries=0)


def refused(kind, call, *words, param=None):
    try:
        answer = call()
    except kind as error:
        for word in words:
            assert word in error.message, error.message
        if param:
            assert error.param == param, error.body
        assert error.request_id, error
        return
    raise AssertionError(f"{kind.__name__} was expected, not {answer}")


create = client.videos.create
refused(openai.UnprocessableEntityError, lambda: create(model="demo", prompt="x", size="1x1"), "size", param="size")
refused(openai.UnprocessableEntityError, lambda: create(model="demo", prompt="x", seconds="9000"), "seconds", param="seconds")
refused(openai.UnprocessableEntityError, lambda: create(model="no-such-model", prompt="x"), "demo", param="model")
refused(openai.UnprocessableEntityError, lambda: create(model="demo", prompt=""), "prompt", param="prompt")
refused(
    openai.UnprocessableEntityError,
    lambda: create(model="demo", prompt="x", input_reference=b"no picture at all"),
    "JPEG, PNG or WebP",
    param="input_reference",
)
refused(openai.UnprocessableEntityError, lambda: create(model="demo", prompt="x", extra_body={"colour": "red"}), "colour")
refused(openai.NotFoundError, lambda: client.videos.retrieve("video_00000000000000000000000000"))
refused(openai.NotFoundError, lambda: client.models.retrieve("no-such-model"))
refused(openai.UnprocessableEntityError, lambda: client.videos.list(limit=1000), "limit")

stranger = openai.OpenAI(base_url=address, api_key="maas_nobody", max_retries=0)
refused(openai.AuthenticationError, lambda: stranger.videos.list(), "key")

# What is not over has no content yet, and is not deleted; the client must not try for ever.
patient = openai.OpenAI(base_url=address, api_key=key)
video = create(model="demo", prompt="slow", extra_body={"steps": 100, "pace": 5})
refused(openai.ConflictError, lambda: patient.videos.download_content(video.id), "no video")
refused(openai.BadRequestError, lambda: client.videos.delete(video.id), "cancel")
client.post(f"/tasks/{video.id.removeprefix('video_')}/cancel", cast_to=object)

# The same submission under the same key is one video; another one under it is an error.
named = {"Idempotency-Key": "once-" + video.id}
first = create(model="demo", prompt="once", extra_body={"steps": 1, "pace": 0}, extra_headers=named)
again = create(model="demo", prompt="once", extra_body={"steps": 1, "pace": 0}, extra_headers=named)
assert first.id == again.id, (first.id, again.id)
refused(openai.UnprocessableEntityError, lambda: create(model="demo", prompt="twice", extra_headers=named), "Idempotency-Key")
