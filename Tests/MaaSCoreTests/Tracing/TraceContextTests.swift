@testable internal import MaaSCore
internal import Testing

@Suite("Trace context")
@LoopActor
struct TraceContextTests {
    private let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private let span = "00f067aa0ba902b7"

    @Test("The specification's own example is read and written")
    func example() throws {
        let text = "00-\(self.trace)-\(self.span)-01"
        let context = try #require(TraceContext(text))
        #expect(context == TraceContext(traceID: self.trace, spanID: self.span, isSampled: true))
        #expect("\(context)" == text)
        #expect(TraceContext("00-\(self.trace)-\(self.span)-00")?.isSampled == false)
        // Flags that are not known are not passed on.
        #expect(TraceContext("00-\(self.trace)-\(self.span)-ff").map { "\($0)" } == text)
        // Of a later version what this one knows.
        #expect(TraceContext("cc-\(self.trace)-\(self.span)-01-what-comes-later")?.spanID == self.span)
    }

    @Test(
        "A malformed context is ignored",
        arguments: [
            "", "00", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
            "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
            "00-4bf92f3577b34da6a3ce929d0e0e47é-00f067aa0ba902b7-01",
        ]
    )
    func malformed(text: String) { #expect(TraceContext(text) == nil) }

    @Test("Children share the trace; an attempt's span is derived from its number")
    func children() {
        let root = TraceContext.root(isSampled: true)
        #expect(TraceContext("\(root)") == root)
        let child = root.child()
        #expect(child.traceID == root.traceID)
        #expect(child.spanID != root.spanID)
        #expect(root.attempt(1) == root.attempt(1))
        #expect(root.attempt(1).spanID != root.attempt(2).spanID)
        #expect(TraceContext("\(root.attempt(1))") == root.attempt(1))
    }
}
