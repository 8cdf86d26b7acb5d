internal import Testing

@testable internal import ProgressRelay

struct DeliverySlotsTests {
    @Test func usersAreLimitedToTheirShare() {
        var slots = DeliverySlots(limit: 3, userLimit: 2)
        #expect(slots.free == 3 && slots.underway.isEmpty)
        for user in ["ada", "ada", "bob"] { slots.take(user) }
        #expect(slots.free == 0 && slots.underway == ["ada": 2, "bob": 1])
        slots.giveBack("ada")
        #expect(slots.free == 1 && slots.underway == ["ada": 1, "bob": 1])
        slots.giveBack("ada")
        slots.giveBack("bob")
        slots.giveBack("eve")
        #expect(slots.free == 3 && slots.isEmpty)
    }
}
