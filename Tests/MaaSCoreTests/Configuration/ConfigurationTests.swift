internal import FoundationEssentials
internal import MaaSTesting
internal import Testing

@testable internal import MaaSCore

/// The least a configuration needs.
private let required = """
    postgres: {url: "postgres://u:p@db:5432/maas"}
    redis: {url: "redis://cache:6379/0"}
    object_store: {endpoint: "http://s3:9000", access_key: ak, secret_key: sk}
    templates: {directory: /templates}
    events: {secret: 0123456789abcdef0123456789abcdef}
    dispatcher: {pod_redis_url: "redis://pod:pw@cache:6379"}

    """

private func load(
    _ text: String,
    environment: [String: String] = [:]
) throws(ConfigurationFaults) -> MaaSConfiguration {
    try MaaSConfiguration.load(
        text: Array(text.utf8),
        file: "services.yaml",
        directory: "/etc/maas",
        environment: environment
    )
}

/// The lines a terminal would show for `text` added to what is required.
private func faults(_ text: String, environment: [String: String] = [:]) throws -> [String] {
    let error = try #require(throws: ConfigurationFaults.self) { _ = try load(text, environment: environment) }
    return error.description.split(separator: "\n").map(String.init)
}

@Suite("Configuration")
struct ConfigurationTests {
    @Test("the file in the repository shows every default there is")
    func repositoryFile() throws {
        let path = "\(TestEnvironment.repository)/services.yaml"
        let environment = [
            "DATABASE_URL": "postgres://db/maas", "REDIS_URL": "redis://cache", "S3_ENDPOINT": "http://s3:9000",
            "S3_ACCESS_KEY": "ak", "S3_SECRET_KEY": "sk", "MAAS_POD_REDIS_URL": "redis://pod:pw@cache",
            "MAAS_EVENT_SECRET": "0123456789abcdef0123456789abcdef",
        ]
        var expected = MaaSConfiguration()
        expected.postgres.url = "postgres://db/maas"
        expected.redis.url = "redis://cache"
        expected.objectStore.endpoint = "http://s3:9000"
        expected.objectStore.accessKey = "ak"
        expected.objectStore.secretKey = "sk"
        expected.dispatcher.podRedisURL = "redis://pod:pw@cache"
        expected.events.secret = "0123456789abcdef0123456789abcdef"
        let bytes = try #require(FileManager.default.contents(atPath: path))
        var loaded = try MaaSConfiguration.load(
            text: [UInt8](bytes),
            file: path,
            directory: "",
            environment: environment
        )
        #expect(
            loaded.localCluster.images["maas-worker:latest"]?.binds
                == ["/opt/maas/worker": "k8s/worker", "/opt/maas/bin": ".build/release"]
        )
        #expect(loaded.localCluster.images.count == 2)
        loaded.localCluster.images = [:]
        #expect(loaded == expected)
    }

    @Test("only required keys must be present")
    func defaults() throws {
        let configuration = try load(required)
        #expect(configuration.postgres.poolSize == 4)
        #expect(configuration.apiGateway == MaaSConfiguration.APIGateway())
        #expect(configuration.localCluster.nodes == [MaaSConfiguration.LocalCluster.Node(name: "local", gpus: 2)])
    }

    @Test("a budget of bodies that nobody wrote has room for one of the limits, and one that was written must have it")
    func bodyBudget() throws {
        func budget(_ section: String) throws -> ByteCount { try load(required + section).apiGateway.bodyBudget }
        #expect(try budget("") == .mebibytes(64))
        #expect(try budget("api_gateway: {inline_image_limit: 16MiB}") == .mebibytes(64))
        // Base64 of 48 MiB has 64 MiB, and the JSON around it another one.
        #expect(try budget("api_gateway: {inline_image_limit: 48MiB}") == .mebibytes(65))
        #expect(try budget("api_gateway: {inline_image_limit: 48MiB, body_budget: 80MiB}") == .mebibytes(80))
        let section = "api_gateway: {inline_image_limit: 48MiB, body_budget: 64MiB}"
        let line = try #require(try faults(required + section).first { $0.contains("body_budget") })
        #expect(line.contains("must be 68157440B or more: one body of body_limit and inline_image_limit"))
    }

    @Test("a budget of files has room for a picture")
    func fileBudget() throws {
        func budget(_ section: String) throws -> ByteCount { try load(required + section).apiGateway.fileBudget }
        #expect(try budget("") == .gibibytes(1))
        #expect(try budget("api_gateway: {image_limit: 30MiB, file_budget: 30MiB}") == .mebibytes(30))
        let section = "api_gateway: {image_limit: 30MiB, file_budget: 29MiB}"
        let line = try #require(try faults(required + section).first { $0.contains("file_budget") })
        #expect(line.contains("must be 30MiB or more: one picture of image_limit"))
    }

    @Test("values of every kind are read")
    func values() throws {
        let configuration = try load(
            required + """
                log: {level: debug, format: json}
                kubernetes: {kubeconfig: kube/config, namespace: video}
                api_gateway: {listen: "[::]:80", image_limit: 5MB, request_timeout: 1m30s, web_directory: ~}
                local_cluster:
                  nodes: [{name: a, gpus: 1}, {name: b, gpus: 8}]
                  images: {"worker:1": {binds: {/opt: files, /bin: /usr/bin}}}
                """
        )
        #expect(configuration.log.level == .debug)
        #expect(configuration.kubernetes.kubeconfig == "/etc/maas/kube/config")
        #expect(configuration.apiGateway.listen == ListenAddress(host: "::", port: 80))
        #expect(configuration.apiGateway.imageLimit == ByteCount(5_000_000))
        #expect(configuration.apiGateway.requestTimeout == .seconds(90))
        #expect(configuration.apiGateway.webDirectory == "web")
        #expect(configuration.localCluster.nodes.map(\.gpus) == [1, 8])
        #expect(
            configuration.localCluster.images["worker:1"]?.binds == ["/opt": "/etc/maas/files", "/bin": "/usr/bin"]
        )
    }

    @Test("all faults are reported at once, each with its line and a remedy")
    func allFaults() throws {
        let text = """
            log: {level: verbose}
            postgres:
              url: mysql://u:secretpw@db/maas
              poolsize: 4
              pool_size: many
            redis: {url: "${REDIS_URL}", command_timeout: 5}
            object_store: [1, 2]
            events: {secret: short, task_stream: [a]}
            templates: {directory: t}
            api_gateway: {listen: 8080, image_limit: 20MBs}
            dispatcher: {retry_delay: 10m, pod_redis_url: "redis://pod@cache"}
            local_cluster:
              certificate: c.pem
              nodes:
                - {name: a, gpus: -1}
                - {name: a, gpus: 1, gpu: 1}
            zebra: 1
            """
        #expect(
            try faults(text) == [
                "services.yaml:1: log.level: expected one of debug, info, warning, error, found \"verbose\"",
                "services.yaml:3: postgres.url: expected an address such as postgres://host or postgresql://host",
                "services.yaml:4: postgres.poolsize: unknown key: did you mean pool_size?",
                "services.yaml:5: postgres.pool_size: expected a whole number from 1 to 64, found \"many\"",
                "services.yaml:6: redis.url: the environment variable REDIS_URL is not set, and there is no default",
                "services.yaml:6: redis.command_timeout: "
                    + "expected a duration from 100ms to 1m, such as 500ms, 5s or 2m, found \"5\"",
                "services.yaml:7: object_store: expected a mapping, found a list",
                "services.yaml:8: events.secret: expected a secret of 32 characters or more",
                "services.yaml:8: events.task_stream: expected a string, found a list",
                "services.yaml:10: api_gateway.listen: "
                    + "expected an address and a port, such as 127.0.0.1:8080 or [::]:8080, found \"8080\"",
                "services.yaml:10: api_gateway.image_limit: "
                    + "expected a size from 1KiB to 1GiB, such as 512KiB or 20MiB, found \"20MBs\"",
                "services.yaml:11: dispatcher.retry_delay_limit: must not be less than retry_delay, 10m",
                "services.yaml:13: local_cluster.certificate: "
                    + "certificate and private_key need each other: give both or neither",
                "services.yaml:14: local_cluster.nodes: two nodes have the same name",
                "services.yaml:15: local_cluster.nodes[0].gpus: expected a whole number from 0 to 1024, found \"-1\"",
                "services.yaml:16: local_cluster.nodes[1].gpu: unknown key: did you mean gpus?",
                "services.yaml:17: zebra: unknown key: known are api_gateway, dispatcher, events, identity_provider, "
                    + "images, kubernetes, local_cluster, log, object_store, outbound, postgres, progress_relay, "
                    + "redis, retention, scheduling, templates, tracing, webhooks",
            ]
        )
    }

    @Test("an address passed to pods contains no password", arguments: ["endpoint", "pod_endpoint"])
    func tracingPassword(key: String) throws {
        let text = required + "tracing: {\(key): \"https://user:pass@traces.example.com/@\"}\n"
        let found = try faults(text)
        #expect(found.count == 1)
        #expect(found.first?.contains("tracing.\(key): must hold no user and no password") == true)
        #expect(found.first?.contains("pass@") == false)
        let plain = required + "tracing: {\(key): \"https://traces.example.com/a@b\"}\n"
        #expect(throws: Never.self) { try load(plain) }
    }

    @Test("a required key of a missing section is reported as missing")
    func missingSection() throws {
        let text = required.split(separator: "\n").filter { !$0.hasPrefix("redis") }.joined(separator: "\n")
        #expect(
            try faults(text) == ["services.yaml:1: redis.url: is missing: expected an address such as redis://host"]
        )
    }

    @Test(
        "classes are different names, and one of them is the default",
        arguments: [
            ("{classes: []}", "classes: expected different names, such as [high, normal, low], most urgent first"),
            ("{classes: [a, a]}", "classes: expected different names, such as [high, normal, low], most urgent first"),
            ("{classes: [a b]}", "classes: expected different names, such as [high, normal, low], most urgent first"),
            ("{classes: [a, b], default_class: normal}", "default_class: must be one of a, b"),
        ]
    )
    func priorityClasses(section: String, fault: String) throws {
        #expect(try faults(required + "scheduling: \(section)\n") == ["services.yaml:7: scheduling.\(fault)"])
        let classes = try load(required + "scheduling: {classes: [now, soon, later]}\n").scheduling.classes
        #expect(classes.name(of: classes.standard) == "soon" && classes["later"]?.rank == 2)
    }

    @Test(
        "origins are written one by one, as browsers write them",
        arguments: ["*", "https://*.example.com", "studio.example.com", "https://a.example/path", "https://a.example/"]
    )
    func origins(text: String) throws {
        let line = "api_gateway: {allowed_origins: \"https://b.example:8443, \(text)\"}\n"
        #expect(
            try faults(required + line) == [
                "services.yaml:7: api_gateway.allowed_origins: expected origins such as https://studio.example.com, "
                    + "separated by commas, found \"https://b.example:8443, \(text)\""
            ]
        )
        let good = "api_gateway: {allowed_origins: \"https://b.example:8443, http://c.example\"}\n"
        let origins = AllowedOrigins("http://c.example,https://b.example:8443")
        #expect(try load(required + good).apiGateway.allowedOrigins == origins)
    }

    @Test("an issuer and the address of its keys require each other")
    func identityProvider() throws {
        #expect(
            try faults(required + "identity_provider: {issuer: a}\n") == [
                "services.yaml:7: identity_provider.keys_url: is missing: an issuer needs it"
            ]
        )
        #expect(
            try faults(required + "identity_provider: {keys_url: \"https://a.example\"}\n") == [
                "services.yaml:7: identity_provider.issuer: is missing: keys_url needs it"
            ]
        )
    }

    @Test("a required value must not be emptied by the environment, an optional one may")
    func emptied() throws {
        let text = required.replacing("redis://cache:6379/0", with: "${URL:-}")
        #expect(
            try faults(text) == ["services.yaml:2: redis.url: is missing: expected an address such as redis://host"]
        )
        let configuration = try load(required + "kubernetes: {kubeconfig: \"${KUBECONFIG:-}\"}\n")
        #expect(configuration.kubernetes.kubeconfig == nil)
    }

    @Test("fault texts contain no secrets")
    func secrets() throws {
        let text = required.replacing("redis://cache:6379/0", with: "redis//:hunter2@cache")
            .replacing("0123456789abcdef0123456789abcdef", with: "hunter2")
        let lines = try faults(text)
        #expect(lines.count == 2)
        #expect(!lines.joined().contains("hunter2"))
    }

    @Test("invalid YAML is one fault with line and column; so is a missing file")
    func unreadable() throws {
        #expect(try faults("log: {level: info\nredis: 1").first?.hasPrefix("services.yaml:2: column ") == true)
        #expect(try faults("log: {}\nlog: {}") == ["services.yaml:2: column 1: the key \"log\" is already on line 1"])
        let error = try #require(throws: ConfigurationFaults.self) {
            _ = try MaaSConfiguration.load(path: "/nowhere/services.yaml", environment: [:])
        }
        #expect(error.description == "/nowhere/services.yaml:1: the file does not exist or cannot be read")
    }
}
