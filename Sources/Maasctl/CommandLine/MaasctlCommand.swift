internal import MaaSCore

/// A parsed command line of maasctl.
enum MaasctlCommand: Equatable {
    case help
    case version
    case submit(SubmitCommand, FollowCommand)
    case watch(String, FollowCommand)
    case logs(LogsCommand)
    case show(ShowCommand)
    case change(ChangeCommand)
    case doctor(path: String)

    private static let names = [
        "submit", "watch", "logs", "list", "show", "templates", "queue", "users", "audit", "cancel", "delete", "pause",
        "resume", "drain", "keys", "doctor",
    ]

    /// Parses the arguments after the program's name.
    init(_ arguments: [String]) throws(UsageError) {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "--help", "-h", "help": self = .help
        case "--version": self = .version
        case "submit": self = try Self.submission(rest)
        case "watch":
            let reader = try ArgumentReader(rest, options: ["output"])
            let following = FollowCommand(output: reader.option("output"))
            self = .watch(try Self.operands(reader, 1, "a task's id")[0], following)
        case "logs": self = .logs(try LogsCommand(rest))
        case "list", "show", "templates", "queue", "users", "audit": self = .show(try ShowCommand(arguments))
        case "cancel", "delete", "pause", "resume", "drain", "keys": self = try Self.change(arguments)
        case "doctor":
            let reader = try ArgumentReader(rest, options: ["config"])
            try reader.expectNoOperands()
            self = .doctor(path: reader.option("config") ?? "services.yaml")
        case let other?:
            let meant = NearestName.find(other, among: Self.names).map { "; there is \($0)" } ?? ""
            throw UsageError("unknown command \(other)\(meant)")
        case nil: throw UsageError("a command is needed")
        }
    }

    /// The operands of `reader`; throws unless there are `count`.
    static func operands(_ reader: ArgumentReader, _ count: Int, _ what: String) throws(UsageError) -> [String] {
        guard reader.operands.count == count, reader.command == nil else { throw UsageError("\(what) is needed") }
        return reader.operands
    }

    private static func submission(_ arguments: [String]) throws(UsageError) -> MaasctlCommand {
        let reader = try ArgumentReader(arguments, options: ["image", "priority", "output"], flags: ["no-watch"])
        guard let template = reader.operands.first, !template.contains("="), reader.command == nil else {
            throw UsageError("a template is needed, then NAME=VALUE for each parameter")
        }
        var submission = SubmitCommand(template: template)
        submission.image = reader.option("image")
        submission.priority = reader.option("priority")
        submission.isFollowed = !reader.has("no-watch")
        for operand in reader.operands.dropFirst() {
            let parts = operand.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { throw UsageError("\(operand) is not NAME=VALUE") }
            submission.parameters.append(.init(name: String(parts[0]), value: String(parts[1])))
        }
        return .submit(submission, FollowCommand(output: reader.option("output")))
    }

    /// `keys` and `pause` without arguments only show.
    private static func change(_ arguments: [String]) throws(UsageError) -> MaasctlCommand {
        let words = arguments.filter { $0 != "--json" }
        if words == ["keys"] || words == ["pause"] { return .show(try ShowCommand(arguments)) }
        return .change(try ChangeCommand(arguments))
    }

    static let usage = """
        usage: maasctl COMMAND

        For users, with MAAS_URL (http://127.0.0.1:8080) and MAAS_API_KEY:
          submit TEMPLATE [NAME=VALUE…] [--image FILE] [--priority CLASS] [--no-watch] [--output FILE]
                                            submit and follow a task; --output saves its video
          watch ID [--output FILE]          follow a task
          list [--status S] [--template T] [--limit N]
          show ID                           show everything known about a task
          logs ID [--follow] [--attempt N]  print the output of its generation
          cancel ID…    delete ID…
          templates                         list the templates you can submit
          keys                              list your keys
          keys create --name NAME [--scopes S] [--expires TIME]    keys revoke ID

        For operators, with a key that has the scope admin:
          queue                             show waiting and running tasks, and GPU use
          pause                             show what is paused
          pause all | class C | template T | user U  [--reason TEXT]
          resume all | class C | template T | user U | node N
          drain NODE [--reason TEXT]        start no more tasks there; running ones finish
          users [--limit N]    audit [--limit N]

        Where the services are configured, with their environment:
          doctor [--config services.yaml]   check everything the services need, and suggest fixes

        """
}
