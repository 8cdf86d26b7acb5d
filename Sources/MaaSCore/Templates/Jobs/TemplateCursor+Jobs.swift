/// What jobs of all kinds have.
extension TemplateCursor {
    /// Expects the labels by which jobs and their pods are known (docs/architecture.md).
    func expectJobLabels() {
        self["app.kubernetes.io/managed-by"].expect("maas")
        self["maas.dev/task"].expect(.taskID)
        self["maas.dev/attempt"].expect(.attempt)
    }

    /// Expects of a pod's containers what Kubernetes does, and that their GPUs can be counted.
    func expectContainers() {
        for container in self["containers"].items + self["initContainers"].items {
            if container["name"].text == nil { container["name"].fault("is missing") }
            if container["image"].text == nil { container["image"].fault("is missing") }
            let gpus = container["resources"]["limits"][PodGPUs.gpuResource]
            if gpus.node != nil { gpus.expectCount(atLeast: 0) }
        }
    }

    /// Where a pod's containers say how many GPUs they want.
    var gpuPlaces: [TemplateCursor] {
        (self["containers"].items + self["initContainers"].items).map {
            $0["resources"]["limits"][PodGPUs.gpuResource]
        }
    }
}
