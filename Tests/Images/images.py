"""The images, unpacked, and their programs as a cluster runs them: not root, no capability, the root read-only."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOTS = Path(os.environ.get("MAAS_IMAGE_ROOTS", "/nowhere"))
SERVICES = ["api-gateway", "dispatcher", "progress-relay"]
#: All that are a program and what it loads.
PROGRAMS = [*SERVICES, "maasctl", "reporter"]
USER = "65532"

#: What an ordinary process outside of any image may do, taken away.
UNPRIVILEGED = [
    *["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups"],
    *["--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all", "--no-new-privs"],
]


class Image:
    def __init__(self, target: str):
        self.target = target
        self.root = ROOTS / target

    @property
    def configuration(self) -> dict:
        """As the OCI specification has it."""
        return json.loads((ROOTS / f"{self.target}.json").read_text())["OCIv1"]["config"]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(path.lstat().st_size for path in self.root.rglob("*") if path.is_file() and not path.is_symlink())

    def bill(self, name: str) -> dict:
        """What is in it, by its own account."""
        return json.loads((self.root / f"usr/share/maas/{name}.spdx.json").read_text())

    def command(self, *arguments: str | Path, binds: dict[str, Path] | None = None, **environment: str) -> list[str]:
        """A command that runs in the image."""
        sandbox = ["bwrap", "--die-with-parent", "--clearenv", "--unshare-user", "--unshare-pid"]
        sandbox += ["--ro-bind", str(self.root), "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
        # What a container runtime adds to every image.
        for file in ["/etc/resolv.conf", "/etc/hosts"]:
            if (self.root / file[1:]).exists():
                sandbox += ["--ro-bind", file, file]
        for place, source in (binds or {}).items():
            sandbox += ["--bind", str(source), place]
        for name, value in {"PATH": "/usr/bin:/bin", **environment}.items():
            sandbox += ["--setenv", name, value]
        return [*UNPRIVILEGED, *sandbox, *map(str, arguments)]

    def run(self, *arguments: str | Path, **options) -> subprocess.CompletedProcess[str]:
        """Runs the command to its end."""
        command = self.command(*arguments, **options)
        return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
