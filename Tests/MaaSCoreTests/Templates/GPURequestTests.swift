internal import Testing

@testable internal import MaaSCore

@Suite("GPUs that a pod requests")
struct GPURequestTests {
    private typealias Share = GPURequest.Share

    private func request(_ limits: JSONValue, before: JSONValue = [:]) throws -> GPURequest {
        let spec: JSONValue = [
            "containers": [["resources": ["limits": limits]]], "initContainers": [["resources": ["limits": before]]],
        ]
        let request = try GPURequest(checking: spec)
        #expect(request == GPURequest(podSpec: spec), "planned and observed the same")
        return request
    }

    @Test("a container that names only a part of a card gets one, whole unless it names less memory")
    func parts() throws {
        #expect(try self.request([:]).cards == 0)
        for whole in [["nvidia.com/gpucores": 50], ["nvidia.com/gpumem-percentage": 100]] as [JSONValue] {
            let request = try self.request(whole)
            #expect(request.cards == 1 && request.share == nil)
        }
        let half = try self.request(["nvidia.com/gpumem-percentage": 50, "nvidia.com/gpucores": 30])
        #expect(half.cards == 1 && half.share == Share(memory: .percent(50), cores: 30))
    }

    @Test("an init container's share counts, as its cards do")
    func initContainers() throws {
        let request = try self.request([:], before: ["nvidia.com/gpu": 2, "nvidia.com/gpumem": "8k"])
        #expect(request.cards == 2 && request.share == Share(memory: .mebibytes(8_000), cores: 0))
    }

    @Test(
        "a template's job must request a number of GPUs that a pod can have",
        arguments: [-1, 1_025, "half"] as [JSONValue]
    )
    func faults(gpus: JSONValue) {
        #expect(throws: TemplateError.self) { try self.request(["nvidia.com/gpu": gpus]) }
    }
}
