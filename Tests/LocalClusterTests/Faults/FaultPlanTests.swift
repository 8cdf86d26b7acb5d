internal import MaaSCore
internal import Testing

@testable internal import LocalCluster

@Suite("Fault plan")
struct FaultPlanTests {
    @Test("A plan survives a round trip")
    func reads() throws {
        let document: JSONValue = [
            "webhook_outage": true, "operator_down": true, "status_delay_s": 3, "terminating_delay_s": 4,
            "lost_nodes": ["n1"], "unhealthy_gpus": ["n2": [0, 3]],
            "requests": [
                ["effect": "exceeded_quota", "verb": "create", "resource": "pytorchjobs", "seconds": 1, "count": 2]
            ],
        ]
        let plan = try FaultPlan(document)
        #expect(plan.document == document)
        #expect(try FaultPlan([:]) == FaultPlan())
    }

    @Test(
        "Unknown members are named",
        arguments: [
            ["flood": true], ["requests": [["verb": "create"]]],
            ["requests": [["effect": "unavailable", "verb": "sing"]]],
            ["requests": [["effect": "unavailable", "count": 0]]],
        ] as [JSONValue]
    )
    func refuses(document: JSONValue) throws {
        #expect(throws: APIStatus.self) { try FaultPlan(document) }
    }

    @Test("A fault applies to the requests it names, as often as stated")
    func counts() throws {
        var plan = try FaultPlan([
            "requests": [["effect": "answer_lost", "verb": "create", "resource": "pytorchjobs", "count": 2]]
        ])
        #expect(plan.takeFault(on: .create, "pods") == nil)
        #expect(plan.takeFault(on: .list, "pytorchjobs") == nil)
        #expect(plan.takeFault(on: .create, "pytorchjobs")?.effect == .answerLost)
        #expect(plan.takeFault(on: .create, "pytorchjobs")?.effect == .answerLost)
        #expect(plan.takeFault(on: .create, "pytorchjobs") == nil)
    }

    @Test("Rejections have the codes and wording that clients examine")
    func refusals() throws {
        let quota = RequestFault(.exceededQuota).refusal(of: .pyTorchJobs, name: "j")
        #expect(quota?.code == 403 && quota?.message.contains("exceeded quota") == true)
        let busy = try RequestFault(["effect": "too_many_requests", "seconds": 7]).refusal(of: .pods, name: "")
        #expect(busy?.code == 429 && busy?.retryAfter == 7)
        let denial = RequestFault(.deniedWithoutReason).refusal(of: .pods, name: "")
        #expect(denial?.code == 400 && denial?.document["reason"] == nil)
        #expect(RequestFault(.unavailable).refusal(of: .pods, name: "")?.code == 503)
        #expect(RequestFault(.answerLost).refusal(of: .pods, name: "") == nil)
    }
}
