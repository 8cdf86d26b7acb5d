internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

// Reports from inside a pod how far a generation is, and never gets in its way.
let arguments = Array(CommandLine.arguments.dropFirst())
let environment = ReporterEnvironment(variables: ProcessInfo.processInfo.environment)
exit(EventLoop.main.run { await ReporterMain.run(arguments, environment: environment) })
