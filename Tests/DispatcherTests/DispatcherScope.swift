internal import Dispatching
internal import FoundationEssentials
internal import KubernetesClient
internal import MaaSControl
internal import MaaSTesting

@testable internal import Dispatcher
@testable internal import MaaSCore

/// Dispatchers over the real PostgreSQL, Redis, S3 and a cluster of two GPUs, with a template that runs a shell script.
@LoopActor
final class DispatcherScope {
    let cluster: PrivateCluster
    let store: TaskStore
    let redis: RedisClient
    let objects: ObjectStore
    let kubernetes: KubernetesClient
    let configuration: MaaSConfiguration
    private let http = HTTPClient()
    private var dispatchers: [[any Service]] = []
    /// Of the dispatcher that was started last.
    private(set) var metrics = Metrics()
    /// What was read of the events, by task.
    private var events: [TaskID: [TaskEvent.Body]] = [:]
    private var cursor = RedisStreamID.zero

    nonisolated static var isPossible: Bool {
        PrivateCluster.isPossible && TestEnvironment.databaseURL != nil && TestEnvironment.redisURL != nil
            && TestEnvironment.objectStore != nil
    }

    /// Whoever is less urgent makes room, however short it has run.
    static func preemptAtOnce(_ configuration: inout MaaSConfiguration) {
        configuration.scheduling.preemption.isEnabled = true
        configuration.scheduling.preemption.minimumRunTime = .zero
        configuration.scheduling.preemption.patience = .zero
    }

    /// Lends a scope in which no dispatcher runs yet.
    static func with(
        template: String = DispatcherScope.template,
        configure: (inout MaaSConfiguration) -> Void = { _ in },
        _ body: @LoopActor (DispatcherScope) async throws -> Void
    ) async throws {
        try await PrivateCluster.with { cluster in
            try await ScratchSchema.withURL { database, schema in
                var configuration = Self.configuration(cluster, database: database, schema: schema)
                try FileManager.default.createDirectory(
                    atPath: configuration.templates.directory,
                    withIntermediateDirectories: true
                )
                try cluster.write("templates/script.yaml", template)
                configure(&configuration)
                let scope = try DispatcherScope(cluster, configuration)
                do {
                    try await scope.store.start()
                    scope.redis.start()
                    try await body(scope)
                } catch {
                    await scope.end()
                    throw error
                }
                await scope.end()
            }
        }
    }

    private static func configuration(
        _ cluster: PrivateCluster,
        database: String,
        schema: String
    ) -> MaaSConfiguration {
        var configuration = MaaSConfiguration()
        configuration.postgres.url = database
        configuration.postgres.poolSize = 2
        configuration.redis.url = TestEnvironment.redisURL ?? ""
        configuration.objectStore = TestEnvironment.objectStore ?? configuration.objectStore
        configuration.events.secret = String(repeating: "s", count: 32)
        configuration.events.taskStream = "\(schema):tasks"
        configuration.events.eventStream = "\(schema):events"
        configuration.events.shards = 1
        configuration.kubernetes.kubeconfig = cluster.kubeconfig
        configuration.templates.directory = "\(cluster.directory)/templates"
        configuration.images.worker = "worker"
        configuration.dispatcher.listen = ListenAddress(host: "127.0.0.1", port: 0)
        // Tests do not wait for its end, and a pause of the machine should not bring it about.
        configuration.dispatcher.leaseTTL = .seconds(10)
        configuration.dispatcher.retryDelay = .milliseconds(10)
        configuration.dispatcher.infrastructureAttempts = 2
        return configuration
    }

    private init(_ cluster: PrivateCluster, _ configuration: MaaSConfiguration) throws {
        let logger = Logger(service: "test", level: .error)
        self.cluster = cluster
        self.configuration = configuration
        self.store = TaskStore(try PostgresConfiguration(configuration.postgres, service: "test"), logger: logger)
        self.redis = RedisClient(try RedisConfiguration(configuration.redis), logger: logger)
        self.objects = try ObjectStore(configuration: configuration.objectStore, client: self.http)
        self.kubernetes = KubernetesClient(access: try KubernetesAccess.load(kubeconfig: cluster.kubeconfig))
    }

    private func end() async {
        while !self.dispatchers.isEmpty { await self.stopDispatcher() }
        _ = try? await self.redis.send(
            "DEL",
            self.configuration.events.taskStream,
            EventShards(self.configuration.events).names[0]
        )
        await self.store.stop()
        await self.redis.close()
        self.kubernetes.close()
        self.http.close()
    }

    // MARK: Dispatchers

    /// Starts another dispatcher; the first one leads.
    func startDispatcher(logger: Logger = Logger(service: "dispatcher", level: .error)) async throws {
        let context = ServiceContext(
            configuration: self.configuration,
            logger: logger,
            health: Health()
        )
        self.metrics = context.metrics
        // No pod of these tests sends a final report.
        let services = try DispatcherServices.make(
            context,
            holder: "test-\(self.dispatchers.count)",
            finalEventPatience: .milliseconds(100)
        )
        self.dispatchers.append(services)
        for service in services { try await service.start() }
    }

    /// Stops the first one as SIGTERM does.
    func stopDispatcher() async {
        for service in self.dispatchers.removeFirst().reversed() { await service.stop() }
    }

    // MARK: Tasks

    /// Submits a task that runs `script` on `gpus` GPUs. With `video` its file is there already.
    ///
    /// - Parameters:
    ///   - gpus: nil for a gateway whose template does not have that parameter yet.
    ///   - rings: false for a gateway that ended between the row and its bell.
    func submit(
        _ script: String,
        template: String = "script",
        gpus: Int? = 1,
        priority: TaskPriority = .normal,
        video: Bool = false,
        trace: TraceContext? = nil,
        rings: Bool = true
    ) async throws -> TaskID {
        let id = TaskID.make()
        if video { try await self.deliver(id, attempt: 1) }
        var parameters: [String: JSONValue] = ["script": .string(script)]
        parameters["gpus"] = gpus.map { .integer(Int64($0)) }
        let task = NewTask(
            id: id,
            user: "ada",
            template: template,
            parameters: .object(parameters),
            priority: priority,
            trace: trace
        )
        try await self.store.submit(task)
        if rings { try await self.ring(.submit([id])) }
        return id
    }

    /// Stores the file of an attempt, as its pod would.
    func deliver(_ task: TaskID, attempt: Int) async throws {
        let key = OutputKey.video(task: task, attempt: attempt)
        try await self.objects.put(key, Array("film".utf8), contentType: "video/mp4")
    }

    func ring(_ bell: TaskBell) async throws {
        _ = try await self.redis.addToStream(
            self.configuration.events.taskStream,
            fields: bell.fields,
            maximumLength: 1000
        )
    }

    /// The row of a task once it was announced to be in `state`.
    func row(of task: TaskID, in state: TaskState) async throws -> TaskRow? {
        try await self.event(of: task) { if case .state(state, _, _) = $0 { true } else { false } }
        return try await self.store.task(task)
    }

    /// Waits until something is said of a task, or was.
    func event(of task: TaskID, where isIt: (TaskEvent.Body) -> Bool) async throws {
        let stream = EventShards(self.configuration.events).names[0]
        while !(self.events[task] ?? []).contains(where: isIt) {
            try Task.checkCancellation()
            let entries = try await self.redis.readStreams(
                [stream],
                after: [self.cursor],
                count: 100,
                block: .seconds(1)
            )
            for entry in entries[stream] ?? [] {
                self.cursor = entry.id
                let event = try TaskEvent(fields: entry.fields)
                self.events[event.task, default: []].append(event.body)
            }
        }
    }

    /// The jobs there are, by the attempts they belong to.
    func jobs() async throws -> [AttemptID] {
        try await self.kubernetes.list(PyTorchJob.self, in: "maas", selector: JobLabels.selector).items
            .compactMap { JobLabels.attempt(of: $0.metadata.labels) }
    }

    nonisolated static let template = """
        name: script
        title: A shell script
        job_prefix: script
        limits: {time: 10m}
        estimate: {fixed: 10s}
        parameters:
          type: object
          required: [script]
          properties:
            script: {type: string, minLength: 1, maxLength: 1000}
            gpus: {type: integer, minimum: 1, maximum: 8, default: 1}
        ---
        apiVersion: kubeflow.org/v1
        kind: PyTorchJob
        metadata:
          name: "{{ job_name }}"
          namespace: "{{ namespace }}"
          labels: &labels {app.kubernetes.io/managed-by: maas, maas.dev/task: "{{ task_id }}", maas.dev/attempt: "{{ attempt }}"}
        spec:
          runPolicy: {cleanPodPolicy: Running}
          pytorchReplicaSpecs:
            Master:
              replicas: 1
              restartPolicy: Never
              template:
                metadata: {labels: *labels}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: pytorch
                      image: "{{ worker_image }}"
                      command: [/bin/bash, -c, "{{ script }}"]
                      env:
                        - {name: MAAS_OUTPUT_URL, value: "{{ output_url }}"}
                        - {name: MAAS_OUTPUT_KEY, value: "{{ output_key }}"}
                      resources: {limits: {nvidia.com/gpu: "{{ gpus }}"}}
        """
}
