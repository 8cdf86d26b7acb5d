@testable internal import APIGateway
internal import MaaSControl
internal import MaaSCore
internal import Testing

@LoopActor
@Suite("Users' slots")
struct UserSlotsTests {
    @Test("A user has as many slots as the limit, and each is freed when its work ends or fails")
    func limit() async throws {
        let slots = UserSlots(limit: 2, code: "too_many", retryAfter: 5) { "\($0) at once" }
        await #expect(throws: CancellationError.self) {
            try await slots.withSlot(of: "ada") { throw CancellationError() }
        }
        try await slots.withSlot(of: "ada") {
            try slots.check("ada")
            try await slots.withSlot(of: "ada") {
                let error = #expect(throws: WebError.self) { try slots.check("ada") }
                #expect(error?.status == 429)
                #expect(error?.code == "too_many")
                #expect(error?.message == "2 at once")
                #expect(error?.headers["Retry-After"] == "5")
                try slots.check("bob")
            }
            try slots.check("ada")
        }
    }
}
