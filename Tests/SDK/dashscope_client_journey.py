"""The same with the client object that version 2 of the package has."""

import os
import time

import dashscope

client = dashscope.Client(api_key=os.environ["MAAS_API_KEY"], base_url=os.environ["MAAS_URL"] + "/api/v1")
quick = {"steps": 2, "pace": 0}

job = client.videos.jobs.create(model="demo", prompt="a cat", size="640*640", duration=1, parameters=quick)
assert client.videos.jobs.fetch(job.task_id).status in ("PENDING", "RUNNING", "SUCCEEDED")
done = client.videos.jobs.wait(job)
assert done.succeeded and done.output["video_url"], done

slow = client.videos.jobs.create(model="demo", prompt="slow", parameters={"steps": 100, "pace": 5})
client.videos.jobs.cancel(slow.task_id)
deadline = time.monotonic() + 60
while (status := client.videos.jobs.fetch(slow.task_id).status) != "CANCELED":
    assert status == "RUNNING" and time.monotonic() < deadline, status
    time.sleep(0.2)

listed = client.videos.jobs.list(status="SUCCEEDED", page_size=100)
assert job.task_id in [task.task_id for task in listed.tasks], listed
