internal import FoundationEssentials
internal import Glibc

/// The entry point of a service executable, from its command line to its exit status.
package struct ServiceMain: Sendable {
    /// Makes the services in start order.
    package typealias Builder = @Sendable @LoopActor (ServiceContext) async throws -> [any Service]

    /// Runs a subcommand such as `keys create` and returns the exit status.
    package typealias Command = @Sendable @LoopActor (ServiceContext, [String]) async throws -> Int32

    private let name: String
    private let summary: String
    private let commands: [String: (usage: String, run: Command)]
    private let builder: Builder

    /// - Parameter commands: subcommands by name, with their line for `--help`.
    package init(
        name: String,
        summary: String,
        commands: [String: (usage: String, run: Command)] = [:],
        services builder: @escaping Builder
    ) {
        self.name = name
        self.summary = summary
        self.commands = commands
        self.builder = builder
    }

    /// Performs the action of the command line, and exits.
    package func run() -> Never {
        let arguments: ServiceArguments
        do {
            arguments = try ServiceArguments(CommandLine.arguments.dropFirst())
        } catch {
            self.fail("\(error)\n\n\(self.help)", ExitCode.usage)
        }
        if let word = arguments.rest.first, self.commands[word] == nil {
            self.fail("unknown command \(word)\n\n\(self.help)", ExitCode.usage)
        }
        switch arguments.action {
        case .showHelp: self.finish(self.help)
        case .showVersion: self.finish("\(self.name) \(MaaSVersion.current)")
        case .checkConfiguration:
            let templates = self.loadConfiguration(arguments.configurationPath).templates
            do {
                _ = try TemplateCatalog.load(directory: templates.directory).offering(templates.offered)
            } catch {
                self.refuse(error)
            }
            self.finish("\(arguments.configurationPath): no faults")
        case .run:
            let configuration = self.loadConfiguration(arguments.configurationPath)
            exit(EventLoop.main.run { await self.run(configuration, arguments.rest) })
        }
    }

    @LoopActor
    private func run(_ configuration: MaaSConfiguration, _ arguments: [String]) async -> Int32 {
        let logger = Logger(service: self.name, level: configuration.log.level, format: configuration.log.format)
        let context = ServiceContext(configuration: configuration, logger: logger, health: Health())
        do {
            if let word = arguments.first, let command = self.commands[word] {
                return try await command.run(context, Array(arguments.dropFirst()))
            }
            DescriptorLimit.raise(to: Self.descriptors(for: configuration))
            ProcessMetrics.register(in: context.metrics, service: self.name)
            let lag = LoopLag(in: context.metrics)
            defer { lag.close() }
            let services = try await self.builder(context)
            return await ServiceGroup(services, health: context.health, logger: logger).run()
        } catch let faults as TemplateFaults {
            self.refuse(faults)
        } catch {
            logger.error("cannot start", [.error: "\(error)"])
            return 1
        }
    }

    /// How many descriptors are plenty: for each client one, and another for what its request opens.
    ///
    /// Not as many as there may be: libwebsockets keeps 16 bytes for each of them and each server, which is 33 MB for a
    /// million and two servers; and children, such as the pods of a local cluster, inherit the limit, where some
    /// programs close every descriptor up to it.
    private static func descriptors(for configuration: MaaSConfiguration) -> UInt64 {
        let clients = max(configuration.apiGateway.connectionLimit, configuration.progressRelay.connectionLimit)
        return UInt64(max(65_536, 2 * clients))
    }

    private func loadConfiguration(_ path: String) -> MaaSConfiguration {
        do {
            return try MaaSConfiguration.load(path: path, environment: ProcessInfo.processInfo.environment)
        } catch {
            self.refuse(error)
        }
    }

    private var help: String {
        var text = """
            \(self.name): \(self.summary)

            usage: \(self.name) [--config PATH] [--check-config] [COMMAND …]

              --config PATH    the configuration of all services; services.yaml by default
              --check-config   check the configuration and templates, report every fault and exit
              --version        print the version
              --help           print this
            """
        if !self.commands.isEmpty {
            text += "\n\ncommands:"
            for (_, command) in self.commands.sorted(by: { $0.key < $1.key }) { text += "\n  \(command.usage)" }
        }
        return text
    }

    private func finish(_ text: String) -> Never {
        OutputWriter.write(text, to: STDOUT_FILENO)
        exit(0)
    }

    private func fail(_ text: String, _ status: Int32) -> Never {
        OutputWriter.write("\(self.name): \(text)", to: STDERR_FILENO)
        exit(status)
    }

    /// Exits with a file's faults, one per line, in a format that editors can follow.
    private func refuse(_ faults: some CustomStringConvertible) -> Never {
        OutputWriter.write("\(faults)", to: STDERR_FILENO)
        exit(ExitCode.configuration)
    }
}
