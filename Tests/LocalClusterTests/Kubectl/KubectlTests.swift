internal import FoundationEssentials
internal import Glibc
internal import MaaSCore
internal import MaaSTesting
internal import Testing

/// The executable as kubectl sees it, with real containers.
@Suite(
    "kubectl and real containers",
    .enabled(if: PrivateCluster.isPossible && PrivateCluster.hasKubectl),
    .timeLimit(.minutes(1))
)
struct KubectlTests {
    private let forever = "trap 'echo asked to end; exit 3' TERM; echo begun; while true; do sleep 0.05; done"

    @Test("A job runs to its end: columns, logs, exit code, termination message") @LoopActor
    func runsJobs() async throws {
        try await PrivateCluster.with { cluster in
            let nodes = try await cluster.kubectl("get", "nodes")
            #expect(nodes.output.contains("local") && nodes.output.contains("Ready"))
            let script =
                "echo rank $RANK of $WORLD_SIZE on GPU $CUDA_VISIBLE_DEVICES; echo -n done > /dev/termination-log"
            #expect(try await cluster.createJob("good", script).code == 0)
            try await cluster.kubectl("wait", "--for=condition=Succeeded", "pytorchjob/good", "--timeout=20s")
            let jobs = try await cluster.kubectl("get", "pytorchjobs,pods")
            #expect(jobs.output.contains("pytorchjob.kubeflow.org/good") && jobs.output.contains("Succeeded"))
            #expect(jobs.output.contains("pod/good-master-0") && jobs.output.contains("Completed"))
            let logs = try await cluster.kubectl("logs", "good-master-0")
            #expect(logs.output == "rank 0 of 1 on GPU 0\n")
            let pod = try await cluster.kubectl("describe", "pod", "good-master-0")
            #expect(pod.code == 0 && pod.output.contains("Message:      done"))

            try await cluster.createJob("bad", "exit 7")
            try await cluster.kubectl("wait", "--for=condition=Failed", "pytorchjob/bad", "--timeout=20s")
            let path = "jsonpath={.status.containerStatuses[0].state.terminated.exitCode}"
            #expect(try await cluster.kubectl("get", "pod", "bad-master-0", "-o", path).output == "7")
            let events = try await cluster.kubectl("describe", "pytorchjob", "bad")
            #expect(events.output.contains("PyTorchJobFailed") && events.output.contains("SuccessfulCreatePod"))
        }
    }

    @Test("A container sees no home, no other process and no way to write to the machine") @LoopActor
    func isolates() async throws {
        try await PrivateCluster.with { cluster in
            let script = """
                ls -d /home/* /root/* /var/lib/* 2>/dev/null | wc -l; ls -d /proc/[0-9]* | wc -l
                touch /usr/x 2>/dev/null || echo read only; touch /tmp/x && echo own tmp; getent hosts $MASTER_ADDR
                """
            try await cluster.createJob("inside", script)
            try await cluster.kubectl("wait", "--for=condition=Succeeded", "pytorchjob/inside", "--timeout=20s")
            let lines = try await cluster.kubectl("logs", "inside-master-0").output.split(separator: "\n")
            #expect(lines.first == "0")
            // Its own: the shell, the pipe, and what starts them.
            #expect((Int(lines.dropFirst().first ?? "") ?? .max) < 10)
            #expect(lines.contains("read only") && lines.contains("own tmp"))
            #expect(lines.last?.hasPrefix("127.0.0.1") == true)
        }
    }

    @Test("A batch/v1 Job runs to its end, and takes its pod along when it is deleted") @LoopActor
    func runsBatchJobs() async throws {
        try await PrivateCluster.with { cluster in
            let job: JSONValue = [
                "apiVersion": "batch/v1", "kind": "Job", "metadata": ["name": "batch", "namespace": "maas"],
                "spec": [
                    "backoffLimit": 0,
                    "template": [
                        "spec": [
                            "restartPolicy": "Never",
                            "containers": [
                                ["name": "main", "image": "worker", "command": ["/bin/bash", "-c", "echo done"]]
                            ],
                        ]
                    ],
                ],
            ]
            try cluster.write("batch.json", job.text)
            let created = try await cluster.kubectl("create", "-f", "\(cluster.directory)/batch.json")
            #expect(created.code == 0, "\(created.output)")
            try await cluster.kubectl("wait", "--for=condition=Complete", "job/batch", "--timeout=20s")
            #expect(try await cluster.kubectl("get", "jobs").output.contains("1/1"))
            let name = try await cluster.kubectl("get", "pods", "-l", "job-name=batch", "-o", "name").output
            #expect(name.hasPrefix("pod/batch-"))
            #expect(try await cluster.kubectl("logs", "job/batch").output == "done\n")
            #expect(try await cluster.kubectl("delete", "job", "batch", "--timeout=20s").code == 0)
            try await cluster.kubectl("wait", "--for=delete", String(name.dropLast()), "--timeout=20s")
            #expect(try await cluster.kubectl("get", "pods", "-o", "name").output == "")
        }
    }

    @Test("GPUs are never promised twice; a deleted job gives its GPU to the next") @LoopActor
    func countsGPUs() async throws {
        try await PrivateCluster.with { cluster in
            for name in ["one", "two", "three"] { try await cluster.createJob(name, self.forever) }
            for name in ["one", "two"] {
                try await cluster.kubectl("wait", "--for=condition=Ready", "pod/\(name)-master-0", "--timeout=20s")
            }
            let waiting = try await cluster.kubectl(
                "get",
                "pods",
                "--field-selector",
                "status.phase=Pending",
                "-o",
                "name"
            )
            #expect(waiting.output == "pod/three-master-0\n")
            let why = try await cluster.kubectl("describe", "pod", "three-master-0")
            #expect(why.output.contains("Insufficient nvidia.com/gpu"))

            let deletion = try await cluster.kubectl(
                "delete",
                "pytorchjob",
                "one",
                "--cascade=foreground",
                "--timeout=20s"
            )
            #expect(deletion.code == 0)
            try await cluster.kubectl("wait", "--for=condition=Ready", "pod/three-master-0", "--timeout=20s")
            let path = "jsonpath={.items[*].metadata.annotations.maas\\.dev/gpu-indexes}"
            let indexes = try await cluster.kubectl("get", "pods", "-o", path)
            #expect(Set(indexes.output.split(separator: " ")) == ["0", "1"])
        }
    }

    @Test("Deleting a running job terminates its container, and leaves no process") @LoopActor
    func ends() async throws {
        try await PrivateCluster.with { cluster in
            let marker = "98765.\(getpid())"
            try await cluster.createJob("long", "sleep \(marker) & \(self.forever)")
            try await cluster.kubectl("wait", "--for=condition=Ready", "pod/long-master-0", "--timeout=20s")
            let following = try cluster.startKubectl(["logs", "-f", "long-master-0"])
            await following.wait(for: "begun\n")
            #expect(self.isRunning(marker))
            let deletion = try await cluster.kubectl(
                "delete",
                "pytorchjob",
                "long",
                "--cascade=foreground",
                "--timeout=20s"
            )
            #expect(deletion.code == 0)
            #expect(await following.finish().output == "begun\nasked to end\n")
            #expect(!self.isRunning(marker))
            #expect(try await cluster.kubectl("get", "pods", "-o", "name").output == "")
        }
    }

    @Test("kill -9 also ends the containers; after a restart the job has failed through the node's fault") @LoopActor
    func survivesCrashes() async throws {
        try await PrivateCluster.with { cluster in
            let marker = "98764.\(getpid())"
            try await cluster.createJob("lost", "sleep \(marker) & \(self.forever)")
            try await cluster.kubectl("wait", "--for=condition=Ready", "pod/lost-master-0", "--timeout=20s")
            let version = "jsonpath={.metadata.resourceVersion}"
            let before = try await cluster.kubectl("get", "pytorchjob", "lost", "-o", version).output
            await cluster.end(SIGKILL)
            // The kernel delivers the deaths one after the other: of bubblewrap, then of what is inside.
            while self.isRunning(marker) { try await LoopClock().sleep(for: .milliseconds(10)) }

            try await cluster.start()
            try await cluster.kubectl("wait", "--for=condition=Failed", "pytorchjob/lost", "--timeout=20s")
            let reason = try await cluster.kubectl("get", "pod", "lost-master-0", "-o", "jsonpath={.status.reason}")
            #expect(reason.output == "NodeLost")
            let after = try await cluster.kubectl("get", "pytorchjob", "lost", "-o", version).output
            #expect((Int(after) ?? 0) > (Int(before) ?? .max))
        }
    }

    @Test("Errors are reported in the words of Kubernetes") @LoopActor
    func refuses() async throws {
        try await PrivateCluster.with { cluster in
            try await cluster.createJob("once", "true")
            let again = try await cluster.createJob("once", "true")
            #expect(again.output.contains("AlreadyExists"))
            #expect(try await cluster.createJob("Upper", "true").output.contains("metadata.name"))
            #expect(try await cluster.kubectl("get", "pod", "nobody").output.contains("NotFound"))
            let dry = try await cluster.kubectl("create", "--dry-run=server", "-f", "\(cluster.directory)/once.json")
            #expect(dry.code != 0)
        }
    }

    /// Whether a process of this machine has this text on its command line.
    private func isRunning(_ text: String) -> Bool {
        let files = FileManager.default
        let pids = ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).filter { Int($0) != nil }
        return pids.contains { pid in
            let line = files.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            return String(decoding: line, as: UTF8.self).contains(text)
        }
    }
}
