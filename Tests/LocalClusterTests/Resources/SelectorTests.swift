internal import MaaSCore
internal import Testing

@testable internal import LocalCluster

@Suite("Selectors")
struct SelectorTests {
    @Test(
        "Label selectors of the grammar of Kubernetes",
        arguments: [
            ("", true), ("app=maas", true), ("app==maas", true), ("app!=maas", false), ("app=other", false),
            ("missing!=x", true), ("app", true), ("!app", false), ("!missing", true),
            ("app in (a, maas)", true), ("app notin (a,b)", true), ("missing in (a)", false),
            ("missing notin (a)", true),
            ("app=maas,tier in (x,y),!z", true), ("app=maas,tier=y", false), ("maas.dev/task=t1", true),
        ]
    )
    func labels(text: String, matches: Bool) throws {
        let labels = ["app": "maas", "tier": "x", "maas.dev/task": "t1"]
        #expect(try LabelSelector(text).matches(labels) == matches)
    }

    @Test("A malformed selector is BadRequest", arguments: ["a b", "a in b", "=x", "a within (b)", "ä=1"])
    func refusesLabels(text: String) {
        let error = #expect(throws: APIStatus.self) { try LabelSelector(text) }
        #expect(error?.reason == .badRequest)
    }

    @Test(
        "Field selectors",
        arguments: [
            ("metadata.name=p", true), ("metadata.name!=p", false), ("status.phase=Running", true),
            ("status.phase!=Failed,status.phase!=Succeeded", true), ("spec.nodeName=local,status.phase=Pending", false),
        ]
    )
    func fields(text: String, matches: Bool) throws {
        var pod = Sample.pod("p", node: "local")
        pod["status"] = ["phase": "Running"]
        #expect(try FieldSelector(text, for: .pods).matches(pod) == matches)
    }

    @Test("An unsupported field is rejected")
    func refusesFields() {
        let error = #expect(throws: APIStatus.self) { try FieldSelector("spec.image=x", for: .pods) }
        #expect(error?.message == "field label not supported: spec.image")
    }
}
