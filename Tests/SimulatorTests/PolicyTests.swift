internal import MaaSCore
internal import Testing

@testable internal import Simulator

/// The bounds that `make bench` prints the numbers of, held on smaller loads.
@Suite("The policy under load")
struct PolicyTests {
    @Test("Kueue's baseline load takes no more than a tenth longer than all GPUs would at best")
    func makespan() {
        let result = KueueBaseline(queues: 6).run()
        #expect(result.makespan <= 1.1 * result.ideal)
        let waits = KueueBaseline.kinds.map { result.waits[$0.name] ?? .infinity }
        #expect(waits == waits.sorted(by: >), "the more urgent, the shorter the wait")
    }

    @Test("A user who queues thousands gets no more than others, and an occasional user is served soon")
    func hog() {
        let result = HogTrial(span: .hours(3)).run()
        #expect(result.fairness >= 0.99)
        // A GPU comes free every few seconds, and nobody has had less.
        #expect(result.occasionalWait < 120)
        #expect(result.occasionalWaitFirstFit > 3600)
    }

    @Test("Shares follow the weights")
    func weights() { #expect(HogTrial(weights: [1, 2, 4, 1, 2, 4], span: .hours(3)).run().fairness >= 0.99) }

    @Test("Nobody waits longer than the ageing bound, whatever the load in the classes above")
    func aging() {
        let result = AgingTrial(span: .hours(8)).run()
        #expect(result.count > 8)
        #expect(result.longestWait <= result.bound)
    }

    @Test("GPUs are used as well as with first fit, without starving large jobs")
    func utilisation() {
        let (fair, firstIn, firstFit) = UtilisationTrial(span: .hours(12)).run()
        #expect(fair.utilisation > firstIn.utilisation)
        #expect(fair.utilisation > 0.97 * firstFit.utilisation)
        #expect(fair.longestWait < firstFit.longestWait)
    }

    @Test("Pools cost little if each job goes to the one with the least work, and more otherwise")
    func pools() {
        let (one, byChance, leastWork) = PoolTrial(span: .hours(8)).run()
        #expect(one.meanWait <= leastWork.meanWait)
        #expect(leastWork.meanWait < byChance.meanWait)
        #expect(leastWork.lateWait < byChance.lateWait)
    }

    @Test("The first estimate is better than the work ahead divided by all GPUs")
    func estimates() {
        let result = EstimateTrial(span: .hours(8)).run()
        #expect(result.count > 20)
        #expect(result.ours.median < result.guess.median && result.ours.late < result.guess.late)
        #expect(result.ours.median < result.meanWait / 2)
    }
}
