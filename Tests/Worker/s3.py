"""Presigned links, as the dispatcher makes them for a pod (AWS Signature Version 4, query parameters)."""

from __future__ import annotations

import hashlib
import hmac
import os
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone


def presign(method: str, key: str, endpoint: str | None = None) -> str:
    """A link to `key` in the tests' bucket, at `endpoint` if given; valid for ten minutes."""
    endpoint, bucket = endpoint or os.environ["S3_ENDPOINT"], os.environ.get("S3_BUCKET", "maas")
    access, secret = os.environ["S3_ACCESS_KEY"], os.environ["S3_SECRET_KEY"]
    now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{now[:8]}/us-east-1/s3/aws4_request"
    path = f"/{bucket}/{urllib.parse.quote(key)}"
    query = urllib.parse.urlencode(
        {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{access}/{scope}",
            "X-Amz-Date": now,
            "X-Amz-Expires": "600",
            "X-Amz-SignedHeaders": "host",
        }
    )
    host = urllib.parse.urlsplit(endpoint).netloc
    request = "\n".join([method, path, query, f"host:{host}\n", "host", "UNSIGNED-PAYLOAD"])
    text = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(request.encode()).hexdigest()])
    signer = ("AWS4" + secret).encode()
    for part in [*scope.split("/"), text]:
        signer = hmac.new(signer, part.encode(), "sha256").digest()
    return f"{endpoint}{path}?{query}&X-Amz-Signature={signer.hex()}"


def read(key: str) -> bytes | None:
    """The object, or None if there is none."""
    try:
        with urllib.request.urlopen(presign("GET", key), timeout=20) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def write(key: str, data: bytes) -> None:
    """Stores an object."""
    request = urllib.request.Request(presign("PUT", key), data=data, method="PUT")
    urllib.request.urlopen(request, timeout=20).close()
