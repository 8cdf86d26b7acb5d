internal import Testing

@testable internal import MaaSCore

@Suite("Revocations")
struct RevocationTests {
    private let time = Timestamp(milliseconds: 1_790_000_000_000)

    @Test func entriesAreReadAsTheyWereWritten() {
        for revocation in [
            Revocation(key: "k1", user: "ada", time: self.time), Revocation(key: nil, user: "ada", time: self.time),
        ] { #expect(Revocation(fields: revocation.fields) == revocation) }
        #expect(Revocation(fields: [(name: "key_id", value: "k1")]) == nil)
        #expect(Revocation(fields: [(name: "user_id", value: "ada"), (name: "ts", value: "now")]) == nil)
    }

    @Test(
        arguments: [
            (Revocation(key: "k1", user: "ada"), true), (Revocation(key: "k2", user: "ada"), false),
            (Revocation(key: nil, user: "ada"), true), (Revocation(key: "k1", user: "bob"), false),
        ]
    )
    func ticketsEndWithTheKeyTheyWereMadeWith(_ revocation: Revocation, _ isEnded: Bool) throws {
        let text = EventTicket(user: "ada", key: "k1", expires: self.time + .seconds(60)).signed(secret: "s")
        let ticket = try #require(EventTicket(verifying: text, secret: "s", now: self.time))
        #expect(ticket.isEnded(by: revocation) == isEnded)
        // One that was made without a key ends with all of the user's access only.
        let isWhole = revocation.key == nil && revocation.user == "ada"
        #expect(EventTicket(user: "ada", expires: self.time).isEnded(by: revocation) == isWhole)
    }

    /// libwebsockets takes 126 bytes of subprotocols.
    @Test func aTicketWithTheLongestNameFitsIntoAHandshake() {
        let name = String(repeating: "u", count: 48)
        let text = EventTicket(user: name, key: "k1", expires: self.time).signed(secret: "s")
        #expect("progress.v1, ticket.\(text)".utf8.count <= 126)
    }
}
