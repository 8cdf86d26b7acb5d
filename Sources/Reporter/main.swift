internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

// Reports a generation's progress from inside its pod, without ever getting in its way.
let arguments = Array(CommandLine.arguments.dropFirst())
let environment = ReporterEnvironment(variables: ProcessInfo.processInfo.environment)
exit(EventLoop.main.run { await ReporterMain.run(arguments, environment: environment) })
