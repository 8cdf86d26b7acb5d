internal import MaaSCore

/// A kubectl that runs, and what it has said so far on both its streams.
@LoopActor
final class KubectlRun {
    private let child: ChildProcess
    private let chunks: AsyncStream<[UInt8]>
    private var said: [UInt8] = []

    init(_ executable: String, _ arguments: [String]) throws {
        let (chunks, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        let child = try ChildProcess.spawn(ChildProcess.Command(executable, arguments)) { _, bytes in
            continuation.yield(Array(bytes))
        }
        self.child = child
        self.chunks = chunks
        LoopActor.immediate {
            await child.waitForOutput()
            continuation.finish()
        }
    }

    /// Waits until it has said `text`, or has ended.
    func wait(for text: String) async {
        for await chunk in self.chunks {
            self.said += chunk
            if self.output.contains(text) { return }
        }
    }

    /// Waits for its end; returns its exit code and everything it said.
    func finish() async -> (code: Int32, output: String) {
        for await chunk in self.chunks { self.said += chunk }
        return (await self.child.waitForExit().shellCode, self.output)
    }

    private var output: String { String(decoding: self.said, as: UTF8.self) }
}
