internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Revoked access")
struct RevokedAccessTests {
    private let now = Timestamp(milliseconds: 1_800_000_000_000)

    @Test("A ticket from before its key's revocation is rejected; other keys and later tickets are not")
    func revoked() {
        var revoked = RevokedAccess(ticketLifetime: .minutes(1))
        revoked.note(Revocation(key: "one", user: "ada", time: self.now), now: self.now)
        #expect(revoked.ends(self.ticket(key: "one", made: -1)))
        #expect(!revoked.ends(self.ticket(key: "two", made: -1)))
        #expect(!revoked.ends(self.ticket(user: "grace", key: "one", made: -1)))
        revoked.note(Revocation(key: nil, user: "ada", time: self.now), now: self.now)
        #expect(revoked.ends(self.ticket(key: "two", made: -1)), "all of the user's")
        #expect(revoked.ends(self.ticket(key: "two", made: 4)), "by a clock that is ahead")
        #expect(!revoked.ends(self.ticket(key: "three", made: 6)), "which came afterwards")
        #expect(revoked.ends(self.ticket(key: "one", made: 1)), "made by a gateway that had not heard of it yet")
    }

    @Test("A ticket made from a cached key is rejected until it expires, whatever else is revoked meanwhile")
    func cachedKey() {
        var revoked = RevokedAccess(ticketLifetime: .minutes(1))
        revoked.note(Revocation(key: "one", user: "ada", time: self.now), now: self.now)
        let later = Timestamp(milliseconds: self.now.milliseconds + 65_000)
        revoked.note(Revocation(key: "two", user: "bob", time: later), now: later)
        #expect(revoked.ends(self.ticket(key: "one", made: 9)))
    }

    private func ticket(user: String = "ada", key: String, made seconds: Int64) -> EventTicket {
        let expires = self.now.milliseconds + (60 + seconds) * 1000
        return EventTicket(user: user, key: key, expires: Timestamp(milliseconds: expires))
    }
}
