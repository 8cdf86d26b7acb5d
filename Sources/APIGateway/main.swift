internal import MaaSCore

let service = ServiceMain(
    name: "api-gateway",
    summary: "the REST interface and the page",
    commands: [
        "keys": (
            usage: KeyCommand.usage,
            run: { @Sendable @LoopActor context, arguments in try await KeyCommand(context: context).run(arguments) }
        )
    ]
) { try GatewayServices.make($0) }

service.run()
