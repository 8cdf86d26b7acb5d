@testable internal import APIGateway
internal import MaaSCore
internal import Testing

@Suite("DashScope's upload policies")
struct UploadPolicyTests {
    private static let start = Timestamp(milliseconds: 1_790_000_000_000)
    private static var policy: UploadPolicy { UploadPolicy(user: "ada", now: Self.start) }

    private static func reads(_ signature: String, secret: EventSecrets, after age: Duration = .zero) -> Bool {
        let policy = UploadPolicy(Self.policy.policy, signature: signature, secret: secret, now: Self.start + age)
        return policy?.user == "ada"
    }

    /// See docs/security.md.
    @Test func eitherSecretIsAcceptedWhileTheyChange() {
        let changing = EventSecrets("new", previous: "old")
        let signatures = ["old", "new", "other"].map { Self.policy.signature(secret: EventSecrets($0)) }
        #expect(signatures.map { Self.reads($0, secret: changing) } == [true, true, false])
        #expect(signatures.map { Self.reads($0, secret: "new") } == [false, true, false])
        #expect(Self.policy.signature(secret: changing) == signatures[1])
    }

    @Test func aPolicyIsAcceptedForTenMinutes() {
        let signature = Self.policy.signature(secret: "new")
        #expect(Self.reads(signature, secret: "new", after: .seconds(599)))
        #expect(!Self.reads(signature, secret: "new", after: .seconds(601)))
    }
}
