internal import Testing

@testable internal import Reporter

@Suite("Text of an event")
struct EventMessageTests {
    @Test(
        "One line, without control characters",
        arguments: [
            ("bad\0line", "badline"), ("a\nb\r\nc\td", "a b c d"), ("\u{7}\u{1B}[31mred\u{9F}\u{7F}", "[31mred"),
            ("一只红狐狸 👩‍👩‍👧", "一只红狐狸 👩‍👩‍👧"),
        ]
    )
    func control(text: String, message: String) { #expect(EventMessage.cut(text) == message) }

    @Test("Not longer than the limit, and cut between characters")
    func limit() {
        let message = EventMessage.cut(String(repeating: "狐", count: 400))
        #expect(message == String(repeating: "狐", count: EventMessage.limit / 3))
    }
}
