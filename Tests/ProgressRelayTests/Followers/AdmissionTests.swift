internal import MaaSCore
internal import Testing

@testable internal import ProgressRelay

@Suite("Admission")
struct AdmissionTests {
    private let now = ContinuousClock.now

    @Test("Connections are limited per user and per replica, and closing one makes room")
    func limits() throws {
        var admission = self.admission(limit: 3, userLimit: 2, rate: 100)
        for _ in 0..<2 {
            try admission.check("ada", now: self.now)
            admission.enter("ada")
        }
        #expect(throws: Admission.Refusal.userIsFull) { try admission.check("ada", now: self.now) }
        try admission.check("grace", now: self.now)
        admission.enter("grace")
        #expect(throws: Admission.Refusal.replicaIsFull) { try admission.check("alan", now: self.now) }
        admission.leave("ada")
        try admission.check("ada", now: self.now)
        #expect(admission.count == 2)
    }

    @Test("Bursts are limited to the connections of one second")
    func rate() throws {
        var admission = self.admission(limit: 100, userLimit: 100, rate: 10)
        for _ in 0..<10 { try admission.check("ada", now: self.now) }
        #expect(throws: Admission.Refusal.tooFast) { try admission.check("ada", now: self.now) }
        try admission.check("ada", now: self.now + .milliseconds(101))
        #expect(throws: Admission.Refusal.tooFast) { try admission.check("ada", now: self.now + .milliseconds(101)) }
    }

    @Test("A late loop accepts no connections, and after a while closes some; a punctual one does neither")
    func overload() throws {
        var admission = self.admission(limit: 100, userLimit: 100, rate: 100)
        for _ in 0..<30 { admission.enter("ada") }
        admission.note(lateness: .milliseconds(600), now: self.now)
        #expect(throws: Admission.Refusal.overloaded) { try admission.check("ada", now: self.now) }
        #expect(admission.excess(self.now + .seconds(9)) == 0)
        admission.note(lateness: .milliseconds(200), now: self.now + .seconds(9))
        #expect(admission.excess(self.now + .seconds(10)) == 2, "a twentieth, rounded up")
        admission.note(lateness: .milliseconds(20), now: self.now + .seconds(11))
        #expect(admission.excess(self.now + .seconds(30)) == 0)
        try admission.check("ada", now: self.now + .seconds(11))
    }

    private func admission(limit: Int, userLimit: Int, rate: Int) -> Admission {
        Admission(
            limit: limit,
            userLimit: userLimit,
            rate: rate,
            latenessLimit: .milliseconds(500),
            now: self.now
        )
    }
}
