internal import MaaSTesting
internal import Testing

@testable internal import MaaSCore

@Suite("Template")
struct TemplateTests {
    private func container(_ job: RenderedJob, _ role: String = "Master") -> JSONValue? {
        job.object["spec"]?["pytorchReplicaSpecs"]?[role]?["template"]?["spec"]?["containers"]?[0]
    }

    @Test("placeholders become values, unquoted ones with their type")
    func render() throws {
        let template = try TemplateFixture.template()
        let parameters = try template.validate(["prompt": "a cat", "seed": 7])
        let job = try template.render(TemplateFixture.input(parameters))
        #expect(job.name == "small-\(TemplateFixture.task)-2")
        #expect(job.object["metadata"]?["name"] == .string(job.name))
        #expect(job.object["metadata"]?["namespace"] == "video")
        #expect(job.object["metadata"]?["labels"]?["maas.dev/attempt"] == "2")
        #expect(job.object["spec"]?["pytorchReplicaSpecs"]?["Master"]?["replicas"] == 1)
        #expect(job.object["spec"]?["pytorchReplicaSpecs"]?["Worker"]?["replicas"] == 3)
        #expect(self.container(job)?["image"] == "worker:1")
        #expect(self.container(job)?["args"]?[0] == "--steps=20")
        #expect(self.container(job)?["args"]?[1] == "--seed=7")
        #expect(self.container(job)?["resources"]?["limits"]?["nvidia.com/gpu"] == "2")
        #expect(self.container(job) == self.container(job, "Worker"))
    }

    @Test("list items that need a missing value are omitted")
    func absentValues() throws {
        let template = try TemplateFixture.template()
        let job = try template.render(TemplateFixture.input(try template.validate(["prompt": "p"])))
        #expect(self.container(job)?["args"] == ["--steps=20", "p", "$(HOME)/p"])
        let names = self.container(job)?["env"]?.array?.compactMap { $0["name"]?.string }
        #expect(names?.prefix(4) == ["PROMPT", "MIXED", "BLOCK", "MAAS_INPUT_URL"])
    }

    @Test("the demand is replicas times GPUs")
    func demand() throws {
        let template = try TemplateFixture.template()
        let parameters = try template.validate(["prompt": "p", "workers": 2, "gpus": 4])
        let replicas = try template.replicas(for: parameters)
        #expect(try template.render(TemplateFixture.input(parameters)).gpus == 12)
        #expect(replicas.map(\.role) == ["Master", "Worker"])
        #expect(replicas.map(\.count) == [1, 2] && replicas.map(\.gpusPerPod) == [4, 4])
    }

    @Test("anti-affinity between pods is detected, and init containers count by the largest")
    func spreadPods() throws {
        let rules = """
            affinity:
                        podAntiAffinity:
                          requiredDuringSchedulingIgnoredDuringExecution:
                            - labelSelector: {matchLabels: {maas.dev/task: "{{ task_id }}"}}
                              topologyKey: kubernetes.io/hostname
                      initContainers:
                        - {name: warm, image: "{{ worker_image }}", resources: {limits: {nvidia.com/gpu: 3}}}
                      containers:
            """
        let job = TemplateFixture.job.replacing("containers:", with: rules)
        let template = try TemplateFixture.template(job: job)
        let replicas = try template.replicas(for: try template.validate(["prompt": "p"]))
        #expect(replicas.allSatisfy { $0.podSpec["affinity"]?["podAntiAffinity"] != nil })
        #expect(replicas.map(\.gpusPerPod) == [3, 3])
    }

    @Test("a role without replicas is omitted from the job")
    func noWorkers() throws {
        let header = TemplateFixture.header.replacing("minimum: 1, maximum: 7", with: "minimum: 0, maximum: 7")
        let template = try TemplateFixture.template(header: header)
        let job = try template.render(TemplateFixture.input(try template.validate(["prompt": "p", "workers": 0])))
        #expect(job.object["spec"]?["pytorchReplicaSpecs"]?["Worker"] == nil)
        #expect(job.replicas.map(\.role) == ["Master"] && job.gpus == 2)
    }

    @Test("a number of GPUs that the model cannot use is rejected, naming the parameters")
    func unusableGPUs() throws {
        let header = TemplateFixture.header.replacing("{time: 10m}", with: "{time: 10m, gpus: [8, 4]}")
        let template = try TemplateFixture.template(header: header)
        #expect(try template.replicas(for: template.validate(["prompt": "p"])).reduce(0) { $0 + $1.gpus } == 8)
        let error = try #require(throws: ParameterFaults.self) {
            _ = try template.validate(["prompt": "p", "gpus": 4, "workers": 3])
        }
        let message = "makes a job of 16 GPUs with workers 3; small can use 4, 8"
        #expect(error.faults == [ParameterFault(path: "gpus", message: message)])
    }

    @Test("the estimate grows with the parameters")
    func estimate() throws {
        let template = try TemplateFixture.template()
        #expect(template.estimate(for: try template.validate(["prompt": "p"])) == .seconds(50))
        #expect(
            template.estimate(for: try template.validate(["prompt": "p", "size": "big", "steps": 10])) == .seconds(70)
        )
    }

    @Test("rendering unchecked parameters is an error, not a broken job")
    func uncheckedParameters() throws {
        let template = try TemplateFixture.template()
        let error = try #require(throws: TemplateError.self) {
            try template.render(TemplateFixture.input(["prompt": "p"]))
        }
        #expect(error.code == .missingValue)
    }

    @Test("a text becomes the number that it is, but no long one")
    func numbersOfForms() throws {
        let template = try TemplateFixture.template()
        let numbers: [String: JSONValue] = ["2": 2, "2.0": 2, "-1e3": -1000, "0.5": 0.5]
        for (text, number) in numbers { #expect(template.value(of: text, for: "pace") == number) }
        let longest = "2." + String(repeating: "0", count: 62)
        #expect(template.value(of: longest, for: "steps") == 2)
        for text in [longest + "0", "[2]", "\"2\"", "two", ""] {
            #expect(template.value(of: text, for: "steps") == .string(text))
        }
    }

    @Test("parameters from before a parameter was added are completed with its default")
    func completed() throws {
        let completed = try TemplateFixture.template().completed(["prompt": "p", "steps": 4])
        #expect(completed["gpus"] == 2 && completed["steps"] == 4 && completed["prompt"] == "p")
        #expect(completed["seed"] == nil)
    }

    @Test("the published form has the schema, its order and the inputs")
    func published() throws {
        let published = try TemplateFixture.template().published
        #expect(published["name"] == "small")
        #expect(published["inputs"] == ["image": ["required": true]])
        #expect(published["parameters"]?["additionalProperties"] == false)
        #expect(published["parameters"]?["x-order"]?.array?.prefix(3) == ["prompt", "size", "steps"])
        #expect(published["parameters"]?["properties"]?["steps"]?["maximum"] == 100)
        #expect(published["job"] == nil)
    }

    private static func shippedCatalog() throws -> TemplateCatalog {
        try TemplateCatalog.load(directory: "\(TestEnvironment.repository)/k8s/templates")
    }

    @Test("a resolution and a ratio find the size that the model rounds, and nothing that it cannot make")
    func sizes() throws {
        let small = try #require(try Self.shippedCatalog()["wan2.2-ti2v-5b"])
        #expect(small.size(resolution: "720P", ratio: "9:16") == "704x1280")
        #expect(small.size(resolution: "720P", ratio: nil) == "1280x704")
        #expect(small.size(resolution: nil, ratio: "9:16") == "704x1280")
        #expect(small.size(resolution: "480P", ratio: nil) == nil)
        let large = try #require(try Self.shippedCatalog()["wan2.2-t2v-a14b"])
        #expect(large.size(resolution: "480P", ratio: "9:16") == "480x832")
        #expect(large.size(resolution: "1080P", ratio: nil) == nil)
        #expect(large.size(resolution: nil, ratio: "1:1") == nil)
    }

    @Test("the shipped templates are valid")
    func shipped() throws {
        let catalog = try Self.shippedCatalog()
        let demo = try #require(catalog["demo"])
        #expect(demo.inputs.image == .optional)
        let parameters = try demo.validate(["prompt": "一只猫"])
        #expect(
            parameters == ["prompt": "一只猫", "size": "832x480", "frames": 49, "steps": 20, "pace": 0.4]
        )
        let job = try demo.render(TemplateFixture.input(parameters))
        #expect(job.replicas.map(\.role) == ["Master"] && job.gpus == 1)
        #expect(
            self.container(job)?["args"]
                == ["--model=demo", "--prompt=一只猫", "--size=832x480", "--frames=49", "--steps=20", "--pace=0.4"]
        )
        #expect(self.container(job)?["env"]?.array?.count == 19)
        #expect(throws: ParameterFaults.self) { try demo.validate(["prompt": "p", "frames": 50]) }
        #expect(demo.estimate(for: parameters) == .milliseconds(8_000 + 8_000 + 1_960))
    }

    @Test(
        "Wan2.2 accepts the numbers of GPUs that its heads and its memory allow, and whole groups of frames",
        arguments: ["wan2.2-t2v-a14b", "wan2.2-i2v-a14b", "wan2.2-ti2v-5b"]
    )
    func wan(name: String) throws {
        let wan = try #require(try Self.shippedCatalog()[name])
        #expect(wan.inputs.image == ["wan2.2-i2v-a14b": .required, "wan2.2-ti2v-5b": .optional][name])
        // Two GPUs are too small for an A14B.
        let pairs = [(2, 0), (1, 1)]
        let isSmall = name == "wan2.2-ti2v-5b"
        for (gpus, workers) in [(1, 0), (4, 0), (8, 0), (2, 1), (4, 1)] + (isSmall ? pairs : []) {
            let parameters = try wan.validate(["prompt": "p", "gpus": JSONValue(gpus), "workers": JSONValue(workers)])
            let job = try wan.render(TemplateFixture.input(parameters))
            #expect(job.gpus == gpus * (1 + workers))
            #expect(job.replicas.count == 1 + workers)
            #expect(job.replicas.allSatisfy { $0.podSpec["affinity"]?["podAntiAffinity"] != nil })
            #expect(job.object["spec"]?["nprocPerNode"] == .string("\(gpus)"))
            let limits = self.container(job)?["resources"]?["limits"]
            #expect(limits?["nvidia.com/gpu"] == JSONValue(gpus))
            #expect(limits?["nvidia.com/gpumem"] != nil)
        }
        for (gpus, workers) in [(3, 0), (8, 1)] + (isSmall ? [] : pairs) {
            let error = try #require(throws: ParameterFaults.self) {
                _ = try wan.validate(["prompt": "p", "gpus": JSONValue(gpus), "workers": JSONValue(workers)])
            }
            #expect(error.faults.map(\.path) == ["gpus"])
        }
        #expect(throws: ParameterFaults.self) { try wan.validate(["prompt": "p", "frames": 80]) }
        let arguments = try wan.render(TemplateFixture.input(try wan.validate(["prompt": "-x"])))
        #expect(self.container(arguments)?["args"]?.array?.contains("--prompt=-x") == true)
        #expect(self.container(arguments)?["args"]?.array?.last == "--")
    }

    @Test("The largest task of one GPU fits the time limit", arguments: ["wan2.2-t2v-a14b", "wan2.2-i2v-a14b"])
    func timeLimit(name: String) throws {
        let wan = try #require(try Self.shippedCatalog()[name])
        _ = try wan.validate(["prompt": "p", "size": "1280x720", "frames": 121, "steps": 80])
        #expect(throws: ParameterFaults.self) { try wan.validate(["prompt": "p", "frames": 125]) }
        #expect(throws: ParameterFaults.self) { try wan.validate(["prompt": "p", "steps": 81]) }
        // An H20, the slowest card in Wan2.2's README, takes 4055 s for 81 frames in 40 steps, not counting the
        // loading. Attention grows with the square of the frames.
        let ratio = 121.0 / 81
        #expect(wan.limits.time > Duration.seconds(4055 * 2 * ratio * ratio))
    }
}
