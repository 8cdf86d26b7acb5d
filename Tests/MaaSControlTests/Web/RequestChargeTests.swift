internal import MaaSCore
internal import Testing

@testable internal import MaaSControl

@LoopActor
@Suite struct RequestChargeTests {
    let budget = RequestBudget(limit: 100_000, largest: 10_000)

    @Test func theAllowanceIsFree() {
        var charge = RequestCharge(to: self.budget)
        charge.hold(RequestBudget.allowance)
        #expect(self.budget.used == 0)
        charge.hold(7)
        #expect(self.budget.used == 7)
        charge.release(5)
        #expect(self.budget.used == 2)
        charge.releaseAll()
        #expect(self.budget.used == 0)
    }

    @Test func theUserIsChargedForWhatWasHeldBeforeTheUserWasKnown() throws {
        var charge = RequestCharge(to: self.budget)
        charge.hold(RequestBudget.allowance + 60_000)
        try charge.check()
        #expect(!charge.hasUsedUpBudget)
        charge.assign(to: "ada")
        #expect(charge.hasUsedUpBudget)
        #expect(throws: WebError.self) { try charge.check() }
        charge.releaseAll()
        try charge.check()
        #expect(self.budget.used == 0 && !self.budget.isUsedUp(for: "ada"))
    }

    @Test func aFreeBodyIsAcceptedWhileTheBudgetIsOverdrawn() throws {
        var large = RequestCharge(to: self.budget)
        large.hold(RequestBudget.allowance + 100_001)
        #expect(throws: WebError.self) { try large.check() }
        var small = RequestCharge(to: self.budget)
        small.hold(RequestBudget.allowance)
        try small.check()
    }
}
