internal import MaaSCore
internal import Testing

@testable internal import LocalCluster

@Suite("Admission of pods")
struct PodAdmissionTests {
    @Test(
        "An image is always pulled if it is the latest, as Kubernetes has it",
        arguments: [
            ("worker", "Always"), ("maas/worker:latest", "Always"), ("registry:5000/maas/worker", "Always"),
            ("maas/worker:0.1.0", "IfNotPresent"), ("registry:5000/maas/worker:1", "IfNotPresent"),
            ("worker@sha256:0123", "IfNotPresent"),
        ]
    )
    func pullPolicy(_ image: String, _ policy: String) {
        let pod: JSONValue = ["spec": ["containers": [["name": "main", "image": .string(image)]]]]
        let container = PodAdmission.withDefaults(pod).elements(at: "spec", "containers").first
        #expect(container?.string(at: "imagePullPolicy") == policy)
    }

    @Test(
        "Amounts are answered as the API server writes them",
        arguments: [(1, "1"), (24_000, "24k"), ("2000000", "2M"), (0, "0"), ("8Gi", "8Gi")] as [(JSONValue, String)]
    )
    func amounts(_ limit: JSONValue, _ written: String) {
        let pod: JSONValue = ["spec": ["containers": [["resources": ["limits": ["nvidia.com/gpumem": limit]]]]]]
        let container = PodAdmission.withDefaults(pod).elements(at: "spec", "containers").first
        #expect(container?.string(at: "resources", "limits", "nvidia.com/gpumem") == written)
    }

    @Test("What the author says stays")
    func saidPolicy() {
        let said: JSONValue = ["name": "main", "image": "worker:latest", "imagePullPolicy": "Never"]
        let pod = PodAdmission.withDefaults(["spec": ["containers": [said]]])
        #expect(pod.elements(at: "spec", "containers").first?.string(at: "imagePullPolicy") == "Never")
    }
}
