"""Runs the static reporter in bare roots and measures it: any_image.py ROOT… Needs the environment of backing-services."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Worker"))

import pod  # noqa: E402
import s3  # noqa: E402

REPORTER = Path(os.environ["MAAS_REPORTER"])
STORE = "object-store.test"
SUPPORT = ROOT / "Tests" / "Support"
FETCH = ["/maas/reporter", "fetch"]

# Announces itself in every process that loads it; needs no library, so it loads with any glibc.
PRELOADED = """
__attribute__((constructor)) static void hello(void) {
    static const char text[] = "preloaded\\n";
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "0"(1), "D"(2), "S"(text), "d"(sizeof text - 1) : "rcx", "r11");
}
"""

GENERATOR = """
echo '[2026-11-24 01:02:03,004] INFO: Generating video ...'
for n in 0 1 2 3 4 5 6 7 8; do printf '\\r 0%%|x| %d/8 [00:00<?, ?it/s]' $n >&2; sleep 0.1; done
echo made >/work/output.mp4
id -u; touch /forbidden 2>/dev/null && echo writable; exit 0
"""


def run_in(root: Path) -> str:
    """Runs one attempt in `root`, from installing to uploading; returns what went wrong, or nothing."""
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        for name in ["maas", "work"]:
            (directory / name).mkdir()
            (directory / name).chmod(0o777)
        directory.chmod(0o755)
        (directory / "preload.c").write_text(PRELOADED)
        library = directory / "libvgpu.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-nostdlib", "-o", library, directory / "preload.c"], check=True)
        hosts = f"127.0.0.1 localhost {STORE} maas.test\n"
        for name, text in [("ld.so.preload", "/source/libvgpu.so\n"), ("hosts", hosts)]:
            (directory / name).write_text(text)
            (root / "etc" / name).touch()
        source = directory / "source"
        source.mkdir()
        subprocess.run([SUPPORT / "make-certificates", directory], check=True)
        for file in [REPORTER, library, directory / "ca.pem"]:
            (source / file.name).write_bytes(file.read_bytes())
            (source / file.name).chmod(0o755)

        # By name, because name lookup is a weakness of static programs.
        attempt = pod.Attempt(STORE)
        attempt.input = b"picture"
        certificate = [directory / "maas.test.pem", directory / "maas.test.key"]
        with subprocess.Popen([SUPPORT / "http-server.py", *certificate], stdout=subprocess.PIPE) as server:
            try:
                secure = f"https://maas.test:{int(server.stdout.readline())}/bytes/5"
                return attempt_in(root, directory, attempt, secure)
            finally:
                server.kill()


def attempt_in(root: Path, directory: Path, attempt: pod.Attempt, secure: str) -> str:
    """Runs its containers, one after the other. The root has no CA certificates, so they are installed as well."""
    variables = attempt.environment()
    sandbox = [
        *["bwrap", "--die-with-parent", "--clearenv"],
        *["--unshare-user", "--unshare-pid", "--uid", "1000", "--gid", "1000"],
        *["--ro-bind", root, "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
        *["--bind", directory / "work", "/work", "--ro-bind", directory / "source", "/source"],
        *["--ro-bind", directory / "ld.so.preload", "/etc/ld.so.preload"],
        *["--ro-bind", directory / "hosts", "/etc/hosts"],
    ]
    for name, value in {"PATH": "/usr/bin:/bin", "MAAS_WORK_DIR": "/work", **variables}.items():
        sandbox += ["--setenv", name, value]
    steps = [
        ("bind", {"SSL_CERT_FILE": "/source/ca.pem"}, ["/source/reporter", "install", "/maas"]),
        ("ro-bind", {"MAAS_INPUT_URL": secure, "MAAS_INPUT_SIZE": "5", "MAAS_INPUT_SHA256": ""}, FETCH),
        ("ro-bind", {}, FETCH),
        ("ro-bind", {}, ["/maas/reporter", "run", "--expect-steps", "8", "--", "sh", "-c", GENERATOR]),
        ("ro-bind", {}, ["/maas/reporter", "upload", "/work/output.mp4"]),
    ]
    for mode, changes, command in steps:
        changed = [word for name, value in changes.items() for word in ["--setenv", name, value]]
        mounted = [*sandbox, *changed, f"--{mode}", directory / "maas", "/maas", "--", *command]
        done = subprocess.run(mounted, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            return f"{command[1]} ended with {done.returncode}: {done.stderr[-300:]}"
        if command[1] == "run" and done.stdout.splitlines()[-1] != "1000":
            return f"it was no plain user, or the root was writable: {done.stdout}"
        # The library is preloaded into the shell, but not into the reporter's own processes.
        if ("preloaded" in done.stderr) != (command[1] == "run"):
            return f"{command[1]} and the preloaded library: {done.stderr[-300:]}"
    kinds = [event["type"] for event in attempt.events()]
    if kinds[-1] != "succeeded" or "progress" not in kinds:
        return f"the events were {kinds}"
    return "" if attempt.object("video.mp4") == b"made\n" else "the video did not arrive"


def start_time(*wrapper: str | Path) -> float:
    """The median of 40 measurements of the milliseconds until `date` runs."""
    times = []
    for _ in range(40):
        before = time.time_ns()
        done = subprocess.run([*wrapper, "date", "+%s%N"], capture_output=True, env={"PATH": "/bin"}, check=True)
        times.append((int(done.stdout) - before) / 1e6)
    return statistics.median(times)


def wrapping(seconds: int = 20) -> tuple[float, float]:
    """The peak memory in MB, and percent of a core, while a generator draws five bars a second and Redis accepts them."""
    attempt = pod.Attempt()
    bars = f"for n in $(seq {seconds * 5}); do printf '\\r 0%%|x| %d/200 [00:00<?, ?it/s]' $n >&2; sleep 0.2; done"
    with tempfile.TemporaryDirectory() as directory:
        environment = {**os.environ, **attempt.environment(), "MAAS_WORK_DIR": directory}
        command = [REPORTER, "run", "--expect-steps", "200", "--", "sh", "-c", bars]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1)
        before, since = cpu_seconds(process.pid), time.monotonic()
        time.sleep(seconds - 3)
        used, passed = cpu_seconds(process.pid) - before, time.monotonic() - since
        status = Path(f"/proc/{process.pid}/status").read_text()
        process.wait()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024, 100 * used / passed


def cpu_seconds(pid: int) -> float:
    """The CPU time of the process without its children; finer than the clock ticks of /proc/PID/stat."""
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def main():
    row = "  {:<42} {:>10} {:>21}   {}".format  # scripts/lib/benchmarks.sh
    print(row("size of the static file", f"{REPORTER.stat().st_size / 1e6:.1f} MB", "", ""))
    start = start_time(REPORTER, "run", "--") - start_time()
    print(row("start, until the generator runs", f"{start:.1f} ms", "", "20 ms or less"))
    memory, share = wrapping()
    print(row("memory while wrapping, peak", f"{memory:.1f} MB", "", "20 MB or less"))
    print(row("of a core while wrapping", f"{share:.2f} %", "", "0.5 % or less"))
    failed = False
    for root in map(Path, sys.argv[1:]):
        trouble = run_in(root)
        failed = failed or bool(trouble)
        print(row(f"fetch, run, upload in {root.name}", "no" if trouble else "yes", "", trouble or "yes"))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
