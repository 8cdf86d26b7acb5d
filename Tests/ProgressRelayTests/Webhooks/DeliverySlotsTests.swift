import Testing

@testable import ProgressRelay

struct DeliverySlotsTests {
    @Test func nobodyHasMoreThanTheirShare() {
        var slots = DeliverySlots(limit: 3, userLimit: 2)
        #expect(slots.free == 3 && slots.busyUsers.isEmpty)
        for user in ["ada", "ada", "bob"] { slots.take(user) }
        #expect(slots.free == 0 && slots.busyUsers == ["ada"])
        slots.giveBack("ada")
        #expect(slots.free == 1 && slots.busyUsers.isEmpty)
        slots.giveBack("ada")
        slots.giveBack("bob")
        slots.giveBack("eve")
        #expect(slots.free == 3 && slots.isEmpty)
    }
}
