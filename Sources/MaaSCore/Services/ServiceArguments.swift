/// The command line of a service executable.
package struct ServiceArguments: Sendable, Hashable {
    package enum Action: Sendable, Hashable {
        case run
        case checkConfiguration
        case showHelp
        case showVersion
    }

    package var action = Action.run
    /// The path of `services.yaml`.
    package var configurationPath = "services.yaml"
    /// The arguments after the options: a subcommand and its arguments.
    package var rest: [String] = []

    /// Parses the arguments after the program's name. The first argument that is not an option ends the options.
    package init(_ arguments: some Collection<String>) throws(UsageError) {
        var arguments = arguments[...]
        while let argument = arguments.first, argument.hasPrefix("-") {
            arguments = arguments.dropFirst()
            switch argument {
            case "--help", "-h": self.action = .showHelp
            case "--version": self.action = .showVersion
            case "--check-config": self.action = .checkConfiguration
            case "--config", "-c":
                guard let path = arguments.popFirst() else { throw UsageError("\(argument) needs a path") }
                self.configurationPath = path
            case _ where argument.hasPrefix("--config="):
                self.configurationPath = String(argument.dropFirst("--config=".count))
            default: throw UsageError("unknown option \(argument)")
            }
        }
        self.rest = Array(arguments)
    }
}
