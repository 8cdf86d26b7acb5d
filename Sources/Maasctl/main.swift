internal import FoundationEssentials
internal import Glibc
internal import MaaSCore

exit(
    EventLoop.main.run {
        await MaasctlMain(environment: ProcessInfo.processInfo.environment).run(
            Array(CommandLine.arguments.dropFirst())
        )
    }
)
