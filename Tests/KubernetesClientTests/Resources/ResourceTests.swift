internal import KubernetesClient
internal import MaaSCore
internal import Testing

struct ResourceTests {
    func job(_ conditions: [(String, String)]) -> PyTorchJob {
        PyTorchJob([
            "status": ["conditions": .array(conditions.map { ["type": .string($0.0), "status": .string($0.1)] })]
        ])
    }

    @Test func phasesGoByPrecedenceNotByOrder() {
        #expect(self.job([]).phase == .unacknowledged)
        #expect(self.job([("Created", "True")]).phase == .created)
        #expect(self.job([("Created", "True"), ("Running", "True"), ("Suspended", "False")]).phase == .running)
        #expect(self.job([("Created", "True"), ("Failed", "True"), ("Succeeded", "True")]).phase == .failed)
        #expect(self.job([("Running", "False"), ("Succeeded", "True"), ("Created", "True")]).phase == .succeeded)
        #expect(self.job([("Running", "True"), ("Restarting", "True")]).phase == .restarting)
        #expect(self.job([("Running", "True"), ("Suspended", "True")]).phase == .suspended)
    }

    @Test func podsShowWhyTheyWaitAndHowTheyEnded() throws {
        let pod = Pod(
            try JSONValue(
                parsing: """
                    {"metadata": {"name": "p", "uid": "u", "deletionTimestamp": "2026-01-02T03:04:05Z",
                      "ownerReferences": [{"uid": "other"}, {"uid": "job", "controller": true}]},
                     "spec": {"nodeName": "n", "containers": [
                       {"resources": {"limits": {"nvidia.com/gpu": "2"}}}, {"resources": {"limits": {"nvidia.com/gpu": 1}}}, {}]},
                     "status": {"phase": "Pending", "conditions": [
                         {"type": "PodScheduled", "status": "False", "message": "0/3 nodes"},
                         {"type": "DisruptionTarget", "status": "True"}],
                       "initContainerStatuses": [{"name": "fetch", "state": {"terminated":
                         {"exitCode": 3, "reason": "Error", "message": "no input"}}}],
                       "containerStatuses": [{"name": "pytorch", "state": {"waiting": {"reason": "ImagePullBackOff"}}}]}}
                    """.utf8
            )
        )
        #expect(pod.metadata.controllerUID == "job")
        #expect(pod.metadata.deletedAt == Timestamp("2026-01-02T03:04:05Z"))
        #expect(pod.gpus == 3)
        #expect(!pod.isEnded && pod.isDisrupted)
        #expect(pod.containers.first?.waitingReason == "ImagePullBackOff")
        #expect(pod.initContainers.first?.termination?.exitCode == 3)
        #expect(pod.initContainers.first?.termination?.message == "no input")
    }

    @Test func nodesShowTheirCapacity() throws {
        let node = Node(
            try JSONValue(
                parsing: """
                    {"metadata": {"name": "n", "labels": {"gpu": "a100"}},
                     "spec": {"unschedulable": true, "taints": [{"key": "k", "effect": "NoSchedule"}]},
                     "status": {"allocatable": {"nvidia.com/gpu": "8"}, "conditions": [{"type": "Ready", "status": "True"}]}}
                    """.utf8
            )
        )
        #expect(node.isReady && node.isUnschedulable && node.gpus == 8)
        #expect(node.taints.first?.effect == "NoSchedule")
        #expect(node.metadata.labels == ["gpu": "a100"])
        #expect(Node(["status": ["allocatable": ["nvidia.com/gpu": "1k"]]]).gpus == 1_000)
        #expect(!Node([:]).isReady && Node([:]).gpus == 0)
    }

    /// As HAMi registers them: since 2.8 as JSON that leaves out what is false, before as text.
    @Test(
        arguments: [
            """
            [{"id":"GPU-1","count":10,"devmem":81920,"health":true},{"id":"GPU-2","count":10,"devmem":81920},
             {"id":"GPU-3","index":2,"count":10,"devmem":40960,"health":true}]
            """,
            "GPU-1,10,81920,100,NVIDIA-A100,0,true:GPU-2,10,81920,100,NVIDIA-A100,0,false:GPU-3,10,40960,100,A,1,true,2,x:",
        ]
    )
    func usableCards(registered: String) {
        let node = Node([
            "metadata": [
                "annotations": ["hami.io/node-nvidia-register": .string(registered), "hami.io/device-cordon": "GPU-9"]
            ],
            "status": ["allocatable": ["nvidia.com/gpu": "30"]],
        ])
        #expect(node.devices?.map(\.id) == ["GPU-1", "GPU-3"])
        #expect(node.devices?.map(\.memory) == [81920, 40960])
        #expect(node.devices?.map(\.shares) == [10, 10])
        let cordoned = Node([
            "metadata": [
                "annotations": [
                    "hami.io/node-nvidia-register": .string(registered), "hami.io/device-cordon": "GPU-1,GPU-3",
                ]
            ]
        ])
        #expect(cordoned.devices == [])
        #expect(Node([:]).devices == nil)
    }

    @Test func sharesOfCards() {
        func pod(_ limits: JSONValue) -> Pod { Pod(["spec": ["containers": [["resources": ["limits": limits]]]]]) }
        #expect(pod(["nvidia.com/gpu": 2]).share == nil)
        #expect(pod(["nvidia.com/gpu": 2, "nvidia.com/gpumem-percentage": 100]).share == nil)
        let part = pod(["nvidia.com/gpumem": "8192", "nvidia.com/gpucores": 30])
        #expect(part.gpus == 1 && part.share?.memory == .mebibytes(8192) && part.share?.cores == 30)
        // As the API server writes 24000.
        #expect(pod(["nvidia.com/gpu": "1", "nvidia.com/gpumem": "24k"]).share?.memory == .mebibytes(24_000))
        #expect(pod(["nvidia.com/gpu": 1, "nvidia.com/gpumem-percentage": 50]).share?.memory == .percent(50))
        let before = Pod(["spec": ["initContainers": [["resources": ["limits": ["nvidia.com/gpu": 3]]]]]])
        #expect(before.gpus == 3)
        // No node has so many, but anybody can ask for them.
        let huge: JSONValue = ["resources": ["limits": ["nvidia.com/gpu": "4611686018427387904"]]]
        #expect(Pod(["spec": ["containers": [huge, huge]]]).gpus == 2 << 30)
        #expect(Pod(["spec": ["containers": [["resources": ["limits": ["nvidia.com/gpu": -1]]]]]]).gpus == 0)
    }

    @Test func batchJobsGoByPrecedenceToo() {
        func job(_ conditions: [(String, String)], ready: Int64 = 0) -> BatchJob {
            let conditions = conditions.map { ["type": .string($0.0), "status": .string($0.1)] as JSONValue }
            return BatchJob(["status": ["conditions": .array(conditions), "ready": .integer(ready)]])
        }
        #expect(job([]).phase == .waiting)
        #expect(job([], ready: 1).phase == .running)
        #expect(job([("SuccessCriteriaMet", "True")], ready: 1).phase == .running)
        #expect(job([("Suspended", "True")], ready: 1).phase == .waiting)
        #expect(job([("Suspended", "False"), ("Complete", "True")]).phase == .succeeded)
        #expect(job([("Failed", "True"), ("Complete", "False")], ready: 1).phase == .failed)
        #expect(job([("FailureTarget", "True")], ready: 1).phase == .failed)
    }
}
