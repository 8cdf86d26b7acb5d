internal import MaaSCore
internal import Testing

@testable internal import LocalCluster

@Suite("Paths, queries and forms of the API")
struct APIFormTests {
    @Test("Paths of resources")
    func readsPaths() {
        let log = ResourcePath("/api/v1/namespaces/maas/pods/p/log")
        #expect(log?.kind == .pods && log?.namespace == "maas" && log?.name == "p" && log?.subresource == "log")
        let all = ResourcePath("/apis/kubeflow.org/v1/pytorchjobs")
        #expect(all?.kind == .pyTorchJobs && all?.namespace == nil && all?.name == nil)
        #expect(ResourcePath("/api/v1/namespaces/maas")?.key == ResourceKey(.namespaces, name: "maas"))
        #expect(ResourcePath("/api/v1/nodes/local/status")?.subresource == "status")
        for path in [
            "/api/v1/secrets", "/apis/kubeflow.org/v2/pytorchjobs", "/api/v1/pods/p", "/api/v1/namespaces/x/nodes/n",
            "/api/v1/namespaces/maas/pods/p/exec", "/", "/apis",
        ] {
            #expect(ResourcePath(path) == nil, "\(path)")
        }
    }

    @Test("The form of an answer follows the Accept header")
    func readsAccept() throws {
        let kubectl =
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"
        #expect(try ObjectForm(accept: kubectl) == .table)
        #expect(try ObjectForm(accept: "application/json, */*") == .whole)
        #expect(try ObjectForm(accept: nil) == .whole)
        let discovery = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
        #expect(try ObjectForm(accept: discovery) == .whole)
        #expect(throws: APIStatus.self) { try ObjectForm(accept: "application/vnd.kubernetes.protobuf") }
    }

    @Test("Unknown members are found at all levels where mistakes are likely")
    func findsUnknownFields() {
        var job = Sample.job()
        job["speck"] = [:]
        job[path: "spec", "replicas"] = 1
        job[path: "spec", "pytorchReplicaSpecs", "Master", "template", "spec", "containers"] = [
            ["name": "pytorch", "image": "x", "comand": []]
        ]
        #expect(
            KnownFields.unknown(in: job, kind: .pyTorchJobs) == [
                "speck", "spec.replicas", "spec.pytorchReplicaSpecs.Master.template.spec.containers[0].comand",
            ]
        )
    }

    @Test("Patches")
    func patches() {
        let object: JSONValue = [
            "a": ["b": 1, "c": 2], "env": [["name": "X", "value": "1"], ["name": "Y", "value": "2"]],
        ]
        #expect(DocumentPatch.merge(["a": ["b": .null, "d": 3]], into: object)["a"] == ["c": 2, "d": 3])
        let merged = DocumentPatch.strategicMerge(
            ["env": [["name": "Y", "value": "3"], ["name": "X", "$patch": "delete"]], "$setElementOrder/env": []],
            into: object
        )
        #expect(merged["env"] == [["name": "Y", "value": "3"]])
        #expect(merged["$setElementOrder/env"] == nil)
    }

    @Test("A page in a browser cannot use the API, nor can another machine")
    func limitsAccess() throws {
        var settings = MaaSConfiguration.LocalCluster()
        let rules = try AccessRules(settings)
        try rules.check(host: "127.0.0.1:6443", authorization: nil)
        try rules.check(host: "[::1]:6443", authorization: nil)
        try rules.check(host: "localhost", authorization: nil)
        #expect(throws: APIStatus.self) { try rules.check(host: "rebound.example:6443", authorization: nil) }
        for host in ["0.0.0.0", "127.example.com"] {
            settings.listen = ListenAddress(host: host, port: 6443)
            #expect(throws: SetupError.self) { try AccessRules(settings) }
        }
        settings.certificate = "c"
        settings.privateKey = "k"
        settings.token = "0123456789abcdef"
        let secured = try AccessRules(settings)
        try secured.check(host: "anything", authorization: "Bearer 0123456789abcdef")
        #expect(throws: APIStatus.self) { try secured.check(host: "anything", authorization: nil) }
    }

    @Test("Rows of jobs and pods as kubectl prints them")
    func rendersTables() {
        var job = Sample.job(workers: 1)
        job[path: "metadata", "creationTimestamp"] = "2026-11-24T00:58:00Z"
        job["status"] = [
            "conditions": [["type": "Created", "status": "True"], ["type": "Running", "status": "True"]]
        ]
        let table = ResourceTable(kind: .pyTorchJobs, now: Sample.start).document([job], metadata: [:])
        #expect(table.elements(at: "rows")[0]["cells"] == ["demo-1", "Running", "2m", "2", "2"])
        #expect(
            table.elements(at: "columnDefinitions").map { $0.string(at: "name") }.prefix(3) == ["Name", "State", "Age"]
        )

        var pod = Sample.pod("p")
        pod["status"] = [
            "phase": "Pending", "containerStatuses": [["state": ["waiting": ["reason": "ImagePullBackOff"]]]],
        ]
        #expect(PodSummary(pod).text == "ImagePullBackOff")
        pod["status"] = [
            "phase": "Succeeded", "containerStatuses": [["state": ["terminated": ["reason": "Completed"]]]],
        ]
        #expect(PodSummary(pod).text == "Completed")
    }
}
