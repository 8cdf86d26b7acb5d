internal import MaaSCore
internal import MaaSTesting
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite("Response streams", .timeLimit(.minutes(1)))
struct ResponseStreamTests {
    /// Such a client never empties the queue: the writer adds more as soon as a part of it was taken.
    @Test func whatASlowClientHasTakenIsForgotten() async throws {
        let wanted = Signal()
        let stream = ResponseStream { wanted.set() }
        let piece = (0..<524_288).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 5) }
        let writer = Task { @LoopActor in
            for _ in 0..<20 { try await stream.write(piece) }
            stream.finish()
        }
        await wanted.wait()
        var count = 0
        while !stream.isAtEnd {
            let bytes = stream.take(65_536)
            let start = count % piece.count
            #expect(bytes.elementsEqual(piece[start...].prefix(bytes.count)))
            count += bytes.count
            #expect(stream.heldCount <= 2 * piece.count)
            await Task.yield()
        }
        #expect(count == 20 * piece.count)
        try await writer.value
    }
}
