internal import Testing

@testable internal import Maasctl

@Suite("Server-sent events")
struct EventParserTests {
    @Test("Events are complete, however the bytes are split")
    func pieces() {
        let text = ": hello\nretry: 5\n\nevent: ev\nid: a:1\ndata: {\"x\":\ndata: 1}\n\ndata:y\r\n\r\nid: lost\n\n"
        let expected = [
            EventParser.Event(name: "ev", data: "{\"x\":\n1}", id: "a:1"),
            EventParser.Event(name: "message", data: "y"),
        ]
        for size in [1, 2, 7, 1000] {
            var parser = EventParser()
            var events: [EventParser.Event] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                events += parser.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(events == expected)
        }
    }
}
