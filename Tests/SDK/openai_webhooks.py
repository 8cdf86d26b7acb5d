"""Webhooks by OpenAI's client: newer ones manage endpoints, all of them verify what arrives."""

import os
import sys
from pathlib import Path

import openai

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Support"))

from receiver import Receiver  # noqa: E402

client = openai.OpenAI(base_url=os.environ["MAAS_URL"] + "/v1", api_key=os.environ["MAAS_API_KEY"])
wanted = {"name": "by the client", "event_types": ["video.completed", "video.failed"]}

with Receiver() as receiver:
    url = receiver.hook("a", "200")
    if not hasattr(client.webhooks, "create"):
        made = client.post("/webhook_endpoints", body={**wanted, "url": url}, cast_to=dict[str, object])
        id, secret = made["id"], made["signing_secret"]
    else:
        assert "video.completed" in client.webhooks.event_types.list().data
        endpoint = client.webhooks.create(**wanted, url=url)
        id, secret = endpoint.id, endpoint.signing_secret
        assert client.webhooks.retrieve(id).url == url
        assert client.webhooks.update(id, name="renamed").name == "renamed"
        assert id in [one.id for one in client.webhooks.list(limit=1)]
        result = client.webhooks.test(id, event_type="video.failed")
        assert (result.success, result.status_code, result.event_type) == (True, 200, "video.failed"), result
        [test] = receiver.taken("a", 1)
        assert client.webhooks.unwrap(test["body"], test["headers"], secret=secret).type == "video.failed"
        rotated = client.webhooks.rotate_secret(id, keep_old_secret_active_for_24_hours=True)
        assert rotated.signing_secret != secret
        assert rotated.signing_secret_hint == "whsec_…" + rotated.signing_secret[-4:]
    try:
        video = client.videos.create(model="demo", prompt="told", seconds="1", extra_body={"steps": 2, "pace": 0})
        taken = receiver.taken("a", 2 if hasattr(client.webhooks, "create") else 1)[-1]
        # By the secret it had before as well, for a day.
        event = client.webhooks.unwrap(taken["body"], taken["headers"], secret=secret)
        assert (event.type, event.data.id, event.object) == ("video.completed", video.id, "event"), event
        try:
            client.webhooks.unwrap(taken["body"].replace("completed", "failed"), taken["headers"], secret=secret)
        except openai.InvalidWebhookSignatureError:
            pass
        else:
            raise AssertionError("a forged event was taken for genuine")
        client.videos.delete(video.id)
    finally:
        if hasattr(client.webhooks, "delete"):
            assert client.webhooks.delete(id).deleted
        else:
            client.delete(f"/webhook_endpoints/{id}", cast_to=dict[str, object])
