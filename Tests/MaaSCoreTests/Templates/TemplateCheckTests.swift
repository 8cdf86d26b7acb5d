internal import FoundationEssentials
internal import Testing

@testable internal import MaaSCore

@Suite("Template checks")
struct TemplateCheckTests {
    /// One change to a template that is right, and the fault that has to come of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var old: String
        var new: String
        var fault: String

        var testDescription: String { "\(self.old) → \(self.new)" }
    }

    static let headerCases = [
        Case(old: "name: small", new: "name: Small!", fault: "1: name: expected 1 to 63 lower-case letters"),
        Case(old: "job_prefix: small", new: "job_prefix: 9lives", fault: "3: job_prefix: expected 1 to 22"),
        Case(
            old: "job_prefix: small",
            new: "job_prefix: twenty-three-characters",
            fault: "3: job_prefix: expected 1 to 22"
        ),
        Case(old: "title: Small", new: "titel: Small", fault: "2: titel: unknown key: did you mean title?"),
        Case(old: "limits: {time: 10m}", new: "limits: {}", fault: "5: limits.time: is missing"),
        Case(
            old: "limits: {time: 10m}",
            new: "limits: {time: 10m, gpus: [2, many]}",
            fault: "5: limits.gpus: expected a list of whole numbers"
        ),
        Case(
            old: "limits: {time: 10m}",
            new: "limits: {time: 10m, gpus: [2, 4]}",
            fault: "1: limits.gpus: the default makes a job of 8 GPUs with workers 3; small can use 2, 4"
        ),
        Case(
            old: "times: [steps]",
            new: "times: [size]",
            fault: "6: estimate: size is not a parameter that is a number"
        ),
        Case(old: "  type: object", new: "  type: array", fault: "8: parameters.type: expected one of object"),
        Case(
            old: "required: [prompt]",
            new: "required: [promt]",
            fault: "9: parameters.required: there is no property promt"
        ),
        Case(
            old: "default: little",
            new: "default: huge",
            fault: "12: parameters.properties.size.default: must be one of"
        ),
        Case(
            old: "default: 20",
            new: "default: twenty",
            fault: "13: parameters.properties.steps.default: must be a whole"
        ),
        Case(
            old: "maximum: 7",
            new: "maximum: 0",
            fault: "14: parameters.properties.workers.maximum: must not be less than"
        ),
        Case(
            old: "enum: [1, 2, 4]",
            new: "enum: [1, two]",
            fault: "15: parameters.properties.gpus.enum: two is not a whole"
        ),
        Case(
            old: "type: boolean",
            new: "type: boolean, pattern: x",
            fault: "17: parameters.properties.loud.pattern: is for strings"
        ),
        Case(old: "minimum: 0}", new: "format: int}", fault: "18: parameters.properties.seed.format: unknown key"),
        Case(
            old: "motto: {type: string}",
            new: "motto: {type: text}",
            fault: "19: parameters.properties.motto.type: expected"
        ),
        Case(
            old: "maximum: 100, default: 20",
            new: "maximum: 100, examples: [101], default: 20",
            fault: "13: parameters.properties.steps.examples: must be 100 or less"
        ),
        Case(
            old: "motto: {type: string}",
            new: "motto: {type: string, pattern: '('}",
            fault: "motto.pattern: is not a regular"
        ),
        Case(
            old: "motto: {type: string}",
            new: "motto: {type: integer, x-step: 4}",
            fault: "motto.x-step: needs minimum"
        ),
        Case(
            old: "motto: {",
            new: "attempt: {",
            fault: "parameters.properties: attempt is the name of a built-in placeholder"
        ),
        Case(old: "motto: {", new: "My-Motto: {", fault: "parameters.properties: My-Motto must be lower-case letters"),
    ]

    static let jobCases = [
        Case(
            old: "kind: PyTorchJob",
            new: "kind: Pod",
            fault: "kind: must, with apiVersion, be one of: kubeflow.org/v1"
        ),
        Case(old: "name: \"{{ job_name }}\"", new: "name: mine", fault: "metadata.name: must be \"{{ job_name }}\""),
        Case(old: "\"{{ namespace }}\"", new: "default", fault: "metadata.namespace: must be \"{{ namespace }}\""),
        Case(old: "maas.dev/task: \"{{ task_id }}\", ", new: "", fault: "metadata.labels[\"maas.dev/task\"]: must be"),
        Case(
            old: "\"{{ attempt }}\"",
            new: "{{ attempt }}",
            fault: "labels.maas.dev/attempt: only a string can stand here"
        ),
        Case(
            old: "cleanPodPolicy: Running",
            new: "cleanPodPolicy: None",
            fault: "cleanPodPolicy: must be Running or All"
        ),
        Case(old: "replicas: 1\n", new: "replicas: 2\n", fault: "pytorchReplicaSpecs.Master.replicas: must be 1"),
        Case(
            old: "  replicas: 1\n",
            new: "  minReplicas: 1\n",
            fault: "pytorchReplicaSpecs.Master.replicas: must be 1"
        ),
        Case(old: "restartPolicy: Never", new: "restartPolicy: OnFailure", fault: "restartPolicy: must be Never"),
        Case(old: "name: pytorch", new: "name: main", fault: "containers: one container must be named pytorch"),
        Case(old: "image: \"{{ worker_image }}\"", new: "tty: true", fault: "containers[0].image: is missing"),
        Case(old: "{{ workers }}", new: "-1", fault: "pytorchReplicaSpecs.Worker.replicas: must be 0 or more"),
        Case(old: "{{ workers }}", new: "{{ pace }}", fault: "Worker.replicas: the parameter pace must be an integer"),
        Case(old: "{{ workers }}", new: "{{ size }}", fault: "Worker.replicas: the parameter size must be an integer"),
        Case(old: "Worker:", new: "Helper:", fault: "pytorchReplicaSpecs.Helper: is not a role"),
        Case(old: "\"{{ gpus }}\"", new: "half", fault: "limits[\"nvidia.com/gpu\"]: must be a whole number"),
        Case(
            old: "{{ steps }}",
            new: "{{ step }}",
            fault: "args[0]: {{ step }} is neither a parameter nor built in: did you"
        ),
        Case(old: "{{ steps }}", new: "{{ steps", fault: "args[0]: {{ is not closed by }}"),
        Case(old: "{{ steps }}", new: "{{ steps + 1 }}", fault: "args[0]: {{ steps + 1 }} is not a placeholder"),
        Case(old: "[run, ", new: "[run, 5, ", fault: "command[1]: only a string can stand here: put the value in"),
        Case(
            old: "$(HOME)/{{ prompt }}",
            new: "$({{ prompt }})",
            fault: "args[4]: the $ before {{ prompt }} could make"
        ),
        Case(
            old: "$(HOME)/{{ prompt }}",
            new: "5${{ prompt }}",
            fault: "args[4]: the $ before {{ prompt }} could make"
        ),
        Case(
            old: "note: \"{{ prompt }}\"",
            new: "note: \"{{ seed }}\"",
            fault: "annotations.note: {{ seed }} may be absent"
        ),
        Case(
            old: "name: PROMPT",
            new: "\"{{ prompt }}\": PROMPT",
            fault: "env[0].{{ prompt }}: a placeholder cannot be in a key"
        ),
        Case(
            old: "\"{{ motto }}\", ",
            new: "--motto, \"{{ motto }}\", ",
            fault: "args[3]: {{ motto }} may be absent, and --motto would stay: write \"--motto={{ motto }}\""
        ),
        Case(
            old: "{name: MAAS_OUTPUT_URL, value: \"{{ output_url }}\"}",
            new: "{name: OUTPUT, value: x}",
            fault: "Master.template.spec.containers: no container has {{ output_url }}: the video could not be stored"
        ),
        Case(
            old: "{name: MAAS_OUTPUT_KEY, ",
            new: "{name: KEY, ",
            fault: "containers[0].env: MAAS_OUTPUT_KEY is missing: MAAS_OUTPUT_URL needs it"
        ),
        Case(
            old: "\"{{ output_key }}\"",
            new: "key",
            fault: "containers[0].env[6].value: must be \"{{ output_key }}\""
        ),
        Case(
            old: "{name: PROMPT, value: \"{{ prompt }}\"}",
            new: "{name: MAAS_EVENTS_URL, value: \"{{ events_url }}\"}",
            fault: "containers[0].env: MAAS_EVENTS_STREAM is missing: MAAS_EVENTS_URL needs it"
        ),
        Case(
            old: "{name: PROMPT, value: \"{{ prompt }}\"}",
            new: "{name: MAAS_ATTEMPT, value: \"1\"}",
            fault: "containers[0].env[0].value: must be \"{{ attempt }}\""
        ),
        Case(
            old: "\"{{ input_url }}\"",
            new: "none",
            fault: "small.yaml:4: inputs.image: the job has no {{ input_url }}: the picture would not be used"
        ),
        Case(old: "[run, ", new: "[!run run, ", fault: "command[0]: the tag !run is not supported"),
    ]

    @Test("a fault in the header is found, with its line", arguments: headerCases)
    func header(_ change: Case) throws {
        let header = TemplateFixture.header.replacing(change.old, with: change.new)
        try self.expect(
            change.fault,
            from: change,
            in: { () throws(TemplateFaults) in
                try TemplateFixture.template(header: header)
            }
        )
    }

    @Test("a fault in the job is found, with its line", arguments: jobCases)
    func job(_ change: Case) throws {
        let job = TemplateFixture.job.replacing(change.old, with: change.new)
        try self.expect(
            change.fault,
            from: change,
            in: { () throws(TemplateFaults) in
                try TemplateFixture.template(job: job)
            }
        )
    }

    @Test(
        "a parameter's type that is wrong or missing is one fault, whatever else it says",
        arguments: ["type: int, ", ""]
    )
    func type(_ type: String) throws {
        let header = TemplateFixture.header
            .replacing("steps: {type: integer, ", with: "steps: {\(type)examples: [9], ")
            .replacing("workers: {type: integer, ", with: "workers: {\(type)multipleOf: 1, ")
            .replacing("size: {type: string, ", with: "size: {\(type)minLength: 1, ")
        let error = try #require(throws: TemplateFaults.self) { _ = try TemplateFixture.template(header: header) }
        let paths = ["size", "steps", "workers"].map { "parameters.properties.\($0).type" }
        #expect(error.faults.map(\.path) == paths, "\(error)")
    }

    private func expect(
        _ fault: String,
        from change: Case,
        in load: () throws(TemplateFaults) -> Template
    ) throws {
        try #require((TemplateFixture.header + TemplateFixture.job).contains(change.old))
        let error = try #require(throws: TemplateFaults.self) { _ = try load() }
        #expect(error.faults.contains { $0.description.contains(fault) }, "\(error)")
        #expect(error.faults.allSatisfy { $0.file == "small.yaml" && $0.line > 0 })
    }

    @Test("a file that is not two documents, or not YAML, is rejected")
    func notATemplate() {
        for text in ["", "name: a", "a: 1\n---\nb: 2\n---\nc: 3", "a: [", "a: 1\na: 2"] {
            #expect(throws: TemplateFaults.self) { try Template(parsing: Array(text.utf8), file: "x.yaml") }
        }
    }

    @Test("all faults of all files are reported at once; names are unique; other files are ignored")
    func catalog() throws {
        try self.withDirectory { directory in
            try self.expect("\(directory):1: it contains no *.yaml file", from: directory)
            let text = "\(TemplateFixture.header)\n---\n\(TemplateFixture.job)\n"
            try self.write(text, to: "\(directory)/a.yaml")
            try self.write("not: a template", to: "\(directory)/notes.txt")
            #expect(try TemplateCatalog.load(directory: directory).templates.map(\.name) == ["small"])
            let catalog = try TemplateCatalog.load(directory: directory)
            #expect(try catalog.offering([]).templates.count == 1)
            #expect(try catalog.offering(["small"])["small"] != nil)
            let unknown = try #require(throws: TemplateFaults.self) { _ = try catalog.offering(["small", "big"]) }
            #expect(unknown.description == "templates.offered:1: there is no template big")
            try self.write(text, to: "\(directory)/b.yaml")
            try self.write(text.replacing("title: Small", with: "title: []"), to: "\(directory)/c.yaml")
            try self.expect(
                """
                \(directory)/b.yaml:1: the template small is in \(directory)/a.yaml, too
                \(directory)/c.yaml:2: title: expected a string, found a list
                """,
                from: directory
            )
        }
        try self.expect("/nowhere:1: the directory does not exist or cannot be read", from: "/nowhere")
    }

    private func expect(_ faults: String, from directory: String) throws {
        let error = try #require(throws: TemplateFaults.self) { _ = try TemplateCatalog.load(directory: directory) }
        #expect(error.description == faults)
    }

    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.path + "/maas-templates-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }

    private func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: URL(filePath: file))
    }
}
