package import MaaSCore

extension PrivateCluster {
    /// A job whose only container runs a shell script on one GPU.
    package nonisolated static func job(
        _ name: String,
        _ script: String = "true",
        labels: [String: String] = [:]
    ) -> JSONValue {
        let container: JSONValue = [
            "name": "pytorch", "image": "worker", "command": ["/bin/bash", "-c", .string(script)],
            "resources": ["limits": ["nvidia.com/gpu": 1]],
        ]
        let master: JSONValue = [
            "replicas": 1, "restartPolicy": "Never", "template": ["spec": ["containers": [container]]],
        ]
        return [
            "apiVersion": "kubeflow.org/v1",
            "kind": "PyTorchJob",
            "metadata": [
                "name": .string(name), "namespace": "maas", "labels": .object(labels.mapValues { .string($0) }),
            ],
            "spec": ["pytorchReplicaSpecs": ["Master": master]],
        ]
    }
}
