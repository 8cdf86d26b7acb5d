internal import Glibc

let arguments: SimulatorArguments
do {
    arguments = try SimulatorArguments(CommandLine.arguments.dropFirst())
} catch {
    let text = Array("\(error)\n".utf8)
    _ = write(STDERR_FILENO, text, text.count)
    exit(64)
}
if let measurement = arguments.measurement {
    for line in measurement.run() { print(line) }
    exit(0)
}
exit(await Campaign(arguments).run() ? 0 : 1)
