internal import MaaSCore

@testable internal import LocalCluster

/// Objects and stores that many tests start from.
enum Sample {
    static let start = Timestamp(kubernetesTime: "2026-11-24T01:00:00Z") ?? Timestamp(milliseconds: 0)

    /// A store with the namespace `maas` and uids that count.
    static func store(window: Int = 4096) -> ResourceStore {
        let counter = Counter()
        var store = ResourceStore(window: window, makeUID: { counter.next() })
        store.bootstrap(nodes: [], namespaces: ["maas"], now: Self.start)
        _ = store.takeChanges()
        return store
    }

    static func job(
        _ name: String = "demo-1",
        workers: Int = 0,
        gpus: Int = 1,
        policy: String = "Running",
        labels: [String: String] = [:]
    ) -> JSONValue {
        let template: JSONValue = [
            "metadata": ["labels": .object(labels.mapValues { .string($0) })],
            "spec": [
                "containers": [
                    [
                        "name": "pytorch", "image": "worker", "command": ["/bin/true"],
                        "resources": ["limits": ["nvidia.com/gpu": .integer(Int64(gpus))]],
                    ]
                ]
            ],
        ]
        var job: JSONValue = [
            "apiVersion": "kubeflow.org/v1",
            "kind": "PyTorchJob",
            "metadata": [
                "name": .string(name), "namespace": "maas", "labels": .object(labels.mapValues { .string($0) }),
            ],
            "spec": [
                "runPolicy": ["cleanPodPolicy": .string(policy)],
                "pytorchReplicaSpecs": ["Master": ["replicas": 1, "restartPolicy": "Never", "template": template]],
            ],
        ]
        if workers > 0 {
            job[path: "spec", "pytorchReplicaSpecs", "Worker"] = [
                "replicas": .integer(Int64(workers)), "restartPolicy": "Never", "template": template,
            ]
        }
        return job
    }

    static func pod(_ name: String, gpus: Int = 0, node: String? = nil, holding indexes: [Int] = []) -> JSONValue {
        var pod: JSONValue = [
            "metadata": ["name": .string(name), "namespace": "maas"],
            "spec": [
                "containers": [
                    [
                        "name": "main", "image": "worker", "command": ["/bin/true"],
                        "resources": ["limits": ["nvidia.com/gpu": .integer(Int64(gpus))]],
                    ]
                ]
            ],
        ]
        if let node { pod.bind(to: node, gpus: indexes) }
        return pod
    }

    static func node(_ name: String, gpus: Int) -> JSONValue {
        ["metadata": ["name": .string(name)], "status": ["allocatable": ["nvidia.com/gpu": .string("\(gpus)")]]]
    }
}

/// Uids in the order in which they are asked for.
private final class Counter: Sendable {
    private let count = Locked(0)

    func next() -> String {
        self.count.withLock { count in
            count += 1
            return "uid-\(count)"
        }
    }
}
