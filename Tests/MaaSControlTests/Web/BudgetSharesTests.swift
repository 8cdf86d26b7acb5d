internal import Testing

@testable internal import MaaSControl

@Suite struct BudgetSharesTests {
    @Test func aUserMayHoldHalfOfWhatTheOthersLeave() {
        var shares = BudgetShares(limit: 1_200, largest: 100)
        #expect(shares.share(of: "ada") == 600)
        shares.take(600, for: "ada")
        // Their own does not count against them.
        #expect(shares.share(of: "ada") == 600)
        #expect(shares.share(of: "bob") == 300)
        shares.take(300, for: "bob")
        #expect(shares.share(of: "ada") == 450)
        #expect(shares.share(of: "eve") == 150)
        shares.give(back: 600, of: "ada")
        #expect(shares.share(of: "bob") == 600)
        #expect(shares.used == 300 && shares.held(by: "ada") == 0 && shares.held(by: "bob") == 300)
    }

    @Test func whoHoldsNothingIsNotRemembered() {
        var shares = BudgetShares(limit: 1_200, largest: 100)
        shares.take(0, for: "ada")
        shares.take(10, for: "bob")
        shares.give(back: 10, of: "bob")
        #expect(shares.heldByUser.isEmpty)
    }

    @Test func everybodyMayHoldOneBody() {
        var shares = BudgetShares(limit: 1_200, largest: 400)
        shares.take(800, for: "ada")
        #expect(shares.share(of: "bob") == 400)
        shares.take(400, for: "bob")
        #expect(shares.share(of: "eve") == 400)
        #expect(shares.used == shares.limit)
    }

    @Test func whatIsNobodysYetCountsForAll() {
        var shares = BudgetShares(limit: 1_000, largest: 1)
        shares.take(200, for: nil)
        #expect(shares.used == 200 && shares.share(of: "ada") == 400)
        shares.give(back: 200, of: nil)
        shares.take(200, for: "ada")
        #expect(shares.share(of: "ada") == 500)
    }
}
