internal import MaaSCore
internal import Testing

@testable internal import LocalCluster

@Suite("Container plan")
struct ContainerPlanTests {
    private let context = ContainerPlan.Context(images: ["worker": ["/opt/maas": "/srv/maas"]], podDirectory: "/pods/1")

    private func plan(_ container: JSONValue, volumes: JSONValue = [], gpus: [Int] = []) throws -> ContainerPlan {
        var container = container
        container["name"] = "pytorch"
        if container["image"] == nil { container["image"] = "worker" }
        if container["command"] == nil { container["command"] = ["/bin/true"] }
        var pod: JSONValue = [
            "metadata": ["name": "p", "namespace": "maas", "uid": "u", "labels": ["maas.dev/task": "t1"]],
            "spec": ["containers": [container], "volumes": volumes],
        ]
        pod.bind(to: "local", gpus: gpus)
        return try ContainerPlan(pod: pod, container: container, context: self.context)
    }

    @Test(
        "References in arguments are expanded as kubelet does",
        arguments: [
            ("$(NAME)", "world"), ("$$(NAME)", "$(NAME)"), ("$(MISSING)", "$(MISSING)"), ("$NAME", "$NAME"),
            ("$$", "$"), ("a$", "a$"), ("$(NAME", "$(NAME"), ("$$$(NAME)", "$world"), ("价 $(NAME)!", "价 world!"),
        ]
    )
    func expandsReferences(text: String, expected: String) throws {
        #expect(VariableReferences.expand(text, with: ["NAME": "world"]) == expected)
        let plan = try self.plan(["args": [.string(text)], "env": [["name": "NAME", "value": "world"]]])
        #expect(plan.arguments == ["/bin/true", expected])
    }

    @Test("Variables see those before them, and the downward API")
    func resolvesEnvironment() throws {
        let plan = try self.plan([
            "env": [
                ["name": "A", "value": "1"], ["name": "B", "value": "$(A)2"],
                ["name": "POD", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]],
                ["name": "TASK", "valueFrom": ["fieldRef": ["fieldPath": "metadata.labels['maas.dev/task']"]]],
            ]
        ])
        #expect(plan.environment["B"] == "12")
        #expect(plan.environment["POD"] == "p")
        #expect(plan.environment["TASK"] == "t1")
        #expect(plan.environment["NVIDIA_VISIBLE_DEVICES"] == "void")
        #expect(plan.environment["CUDA_VISIBLE_DEVICES"] == "")
    }

    @Test("A container sees the GPUs it was given, and cannot ask for others")
    func showsGPUs() throws {
        let plan = try self.plan(
            [
                "resources": ["limits": ["nvidia.com/gpu": "2"]],
                "env": [["name": "CUDA_VISIBLE_DEVICES", "value": "0,1,2,3"]],
            ],
            gpus: [1, 3]
        )
        #expect(plan.environment["CUDA_VISIBLE_DEVICES"] == "1,3")
    }

    @Test("Volumes become mounts")
    func mountsVolumes() throws {
        let plan = try self.plan(
            [
                "volumeMounts": [
                    ["name": "work", "mountPath": "/work"],
                    ["name": "models", "mountPath": "/models", "readOnly": true],
                ]
            ],
            volumes: [["name": "work", "emptyDir": [:]], ["name": "models", "hostPath": ["path": "/data/models"]]]
        )
        #expect(plan.mounts.contains(.init(path: "/work", source: "/pods/1/volumes/work", isReadOnly: false)))
        #expect(plan.mounts.contains(.init(path: "/models", source: "/data/models", isReadOnly: true)))
        #expect(plan.mounts.contains(.init(path: "/opt/maas", source: "/srv/maas", isReadOnly: true)))
    }

    @Test("What this node cannot do is reported in kubelet's words")
    func refuses() {
        func fault(_ container: JSONValue, volumes: JSONValue = []) -> ContainerFault? {
            #expect(throws: ContainerFault.self) { try self.plan(container, volumes: volumes) }
        }
        #expect(fault(["image": "unknown:1"])?.reason == "ErrImagePull")
        #expect(fault(["command": []])?.reason == "CreateContainerError")
        #expect(fault(["volumeMounts": [["name": "x", "mountPath": "/x"]]])?.message.contains("volume x") == true)
        let escape: JSONValue = ["volumeMounts": [["name": "x", "mountPath": "/x", "subPath": "../../etc"]]]
        #expect(fault(escape, volumes: [["name": "x", "emptyDir": [:]]])?.message.contains("subPath") == true)
        let secret: JSONValue = ["env": [["name": "K", "valueFrom": ["secretKeyRef": ["name": "s", "key": "k"]]]]]
        #expect(fault(secret)?.reason == "CreateContainerConfigError")
    }

    @Test("The sandbox keeps variables off the command line and mounts inner paths last")
    func makesCommands() throws {
        let plan = try self.plan(
            [
                "env": [["name": "TOKEN", "value": "s3cret"]],
                "volumeMounts": [["name": "w", "mountPath": "/opt/maas/work"]],
            ],
            volumes: [["name": "w", "emptyDir": [:]]]
        )
        let sandbox = Sandbox(
            executable: "/usr/bin/bwrap",
            root: HostRoot(entries: [.bind("/usr")]),
            gpuDevices: ["/dev/nvidia0"]
        )
        let command = sandbox.command(for: plan, hostname: "p")
        #expect(!command.arguments.contains { $0.contains("s3cret") })
        #expect(command.environment?["TOKEN"] == "s3cret")
        #expect(!command.arguments.contains("/dev/nvidia0"))
        let outer = try #require(command.arguments.lastIndex(of: "/opt/maas"))
        let inner = try #require(command.arguments.lastIndex(of: "/opt/maas/work"))
        #expect(outer < inner)
        #expect(command.arguments.contains("--die-with-parent"))
        #expect(command.arguments.suffix(2) == ["--", "/bin/true"])
    }
}
