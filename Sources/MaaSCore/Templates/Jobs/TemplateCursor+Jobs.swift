/// Checks common to all kinds of jobs.
extension TemplateCursor {
    /// Requires the labels that identify jobs and their pods (docs/architecture.md).
    func expectJobLabels() {
        self["app.kubernetes.io/managed-by"].expect("maas")
        self["maas.dev/task"].expect(.taskID)
        self["maas.dev/attempt"].expect(.attempt)
    }

    /// Requires of a pod's containers what Kubernetes does, and GPU counts that are known.
    func expectContainers() {
        for container in self["containers"].items + self["initContainers"].items {
            if container["name"].text == nil { container["name"].fault("is missing") }
            if container["image"].text == nil { container["image"].fault("is missing") }
            let gpus = container["resources"]["limits"][GPURequest.resource]
            if gpus.node != nil { gpus.expectCount(atLeast: 0) }
            container.expectEnvironment()
        }
    }

    /// The places where a pod's containers request GPUs.
    var gpuPlaces: [TemplateCursor] {
        (self["containers"].items + self["initContainers"].items).map {
            $0["resources"]["limits"][GPURequest.resource]
        }
    }
}
