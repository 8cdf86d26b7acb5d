internal import KubernetesClient
internal import MaaSCore
internal import Scheduling
internal import Testing

@testable internal import Dispatcher

@Suite("Nodes")
struct NodeBookTests {
    private func node(_ name: String, isReady: Bool = true, registered: String? = nil, gpus: Int = 20) -> Node {
        var annotations: [String: JSONValue] = [:]
        if let registered { annotations["hami.io/node-nvidia-register"] = .string(registered) }
        return Node([
            "metadata": ["name": .string(name), "labels": ["gpu": "on"], "annotations": .object(annotations)],
            "spec": ["taints": [["key": "gpu", "effect": "NoSchedule"]]],
            "status": [
                "allocatable": ["nvidia.com/gpu": .integer(Int64(gpus))],
                "conditions": [["type": "Ready", "status": .string(isReady ? "True" : "False")]],
            ],
        ])
    }

    private func pod(
        _ uid: String,
        namespace: String = "other",
        phase: String = "Running",
        task: TaskID? = nil,
        cards: String? = nil
    ) -> Pod {
        var annotations: [String: JSONValue] = [:]
        if let cards { annotations["hami.io/vgpu-devices-allocated"] = .string(cards) }
        var labels: [String: JSONValue] = [:]
        if let task { labels = ["maas.dev/task": .string("\(task)"), "maas.dev/attempt": "1"] }
        return Pod([
            "metadata": [
                "name": "p", "uid": .string(uid), "namespace": .string(namespace), "labels": .object(labels),
                "annotations": .object(annotations),
            ],
            "spec": ["nodeName": "a", "containers": [["resources": ["limits": ["nvidia.com/gpu": 3]]]]],
            "status": ["phase": .string(phase)],
        ])
    }

    @Test(
        "Nodes offer cards, not HAMi's shares, with labels and taints; unready nodes offer none"
    )
    func offered() throws {
        var book = NodeBook(namespace: "maas")
        let registered = "GPU-1,10,81920,100,A,0,true:GPU-2,10,40960,100,A,0,true:GPU-3,10,1,100,A,0,false:"
        book.take(.replaced([self.node("b", registered: registered), self.node("a"), self.node("c", isReady: false)]))
        let capacities = book.capacities
        #expect(capacities.map(\.name) == ["a", "b"] && capacities.map(\.gpus) == [20, 2])
        #expect(capacities.map(\.sharesPerGPU) == [1, 10] && capacities.map(\.memoryPerGPU) == [nil, 40960])
        #expect(capacities[0].labels["gpu"] == "on" && capacities[0].taints.first?.effect == .noSchedule)
        book.take(.deleted(self.node("a")))
        #expect(book.capacities.map(\.name) == ["b"])
    }

    /// The kubelet then counts down what it offers, while HAMi's annotation stays.
    @Test("A node whose device plugin is down, or lacks a card, offers no more than the kubelet does")
    func devicePluginDown() {
        var book = NodeBook(namespace: "maas")
        let registered = "GPU-1,10,81920,100,A,0,true:GPU-2,10,81920,100,A,0,true:"
        for (allocatable, cards) in [(0, 0), (10, 1), (20, 2), (40, 2)] {
            book.take(.replaced([self.node("a", registered: registered, gpus: allocatable)]))
            #expect(book.capacities.map(\.gpus) == [cards])
        }
    }

    @Test("GPUs of foreign pods count while these run; our own are counted elsewhere")
    @LoopActor
    func foreignPods() {
        var book = NodeBook(namespace: "maas")
        book.take(.replaced([self.node("a")]))
        let ours = self.pod("1", namespace: "maas", task: TaskID.make())
        book.take(
            .replaced([ours, self.pod("2"), self.pod("3", phase: "Succeeded"), self.pod("4", namespace: "maas")])
        )
        #expect(book.capacities.map(\.foreignGPUs) == [6])
        book.take(.changed(self.pod("2", phase: "Failed")))
        #expect(book.capacities.map(\.foreignGPUs) == [3])
        book.take(.deleted(self.pod("4", namespace: "maas")))
        #expect(book.capacities.map(\.foreignGPUs) == [0])
    }

    @Test("A card that foreign pods share counts once, if HAMi says which it is")
    func sharedCards() {
        var book = NodeBook(namespace: "maas")
        book.take(.replaced([self.node("a")]))
        let quarters = (1...4).map { self.pod("\($0)", cards: "GPU-1,NVIDIA,20480,25:;") }
        book.take(.replaced(quarters))
        #expect(book.capacities.map(\.foreignGPUs) == [1])
        book.take(.changed(self.pod("5", cards: "GPU-1,NVIDIA,1,1:GPU-2,NVIDIA,1,1:;GPU-3,NVIDIA,1,1:;")))
        #expect(book.capacities.map(\.foreignGPUs) == [3])
        for unknown in [";", nil] { book.take(.changed(self.pod("6", cards: unknown))) }
        #expect(book.capacities.map(\.foreignGPUs) == [6])
    }

    /// In a cluster of thousands of pods something changes all the time.
    @Test("A change of a pod is news only if it is about the GPUs that it holds")
    @LoopActor
    func news() {
        var book = NodeBook(namespace: "maas")
        let ours = self.pod("1", namespace: "maas", task: TaskID.make())
        let (held, ended) = (self.pod("2"), self.pod("2", phase: "Succeeded"))
        let changes: [(event: ResourceEvent<Pod>, isNews: Bool)] = [
            (.replaced([ours, ended]), false), (.changed(ours), false), (.deleted(ours), false),
            (.changed(held), true), (.changed(held), false), (.replaced([held]), false), (.changed(ended), true),
            (.deleted(held), false),
        ]
        for (index, change) in changes.enumerated() {
            let isNews = book.take(change.event)
            #expect(isNews == change.isNews, "\(index)")
        }
    }
}
