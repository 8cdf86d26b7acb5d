internal import Dispatching
internal import KubernetesClient
internal import MaaSControl
internal import MaaSTesting
internal import Testing

@testable internal import Dispatcher
@testable internal import MaaSCore

@LoopActor
@Suite("Dispatcher, jobs of batch/v1", .enabled(if: DispatcherScope.isPossible), .timeLimit(.minutes(1)))
struct BatchJobDispatchTests {
    @Test("A Job whose creation was not answered is found and followed; a cancelled one is deleted")
    func batchJobs() async throws {
        try await DispatcherScope.with(template: Self.template) { scope in
            let lost: JSONValue = ["verb": "create", "resource": "jobs", "effect": "answer_lost", "count": 1]
            try await scope.cluster.setFaults(["requests": [lost]])
            try await scope.startDispatcher()
            let film = try await scope.submit("true", video: true)
            let row = try #require(try await scope.row(of: film, in: .completed))
            #expect(row.attempt == 1)

            let endless = try await scope.submit("sleep 60")
            _ = try await scope.row(of: endless, in: .running)
            _ = try await scope.store.requestCancel(endless, user: "ada")
            try await scope.ring(.cancel([endless]))
            _ = try await scope.row(of: endless, in: .cancelled)

            let jobs = try await scope.kubernetes.list(BatchJob.self, in: "maas", selector: JobLabels.selector).items
            #expect(jobs.compactMap { JobLabels.attempt(of: $0.metadata.labels)?.task } == [film])
        }
    }

    static let template = """
        name: script
        title: A shell script, as a Job
        job_prefix: script
        limits: {time: 10m}
        estimate: {fixed: 10s}
        parameters:
          type: object
          required: [script]
          properties:
            script: {type: string, minLength: 1, maxLength: 1000}
            gpus: {type: integer, minimum: 1, maximum: 8, default: 1}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: "{{ job_name }}"
          namespace: "{{ namespace }}"
          labels: &labels {app.kubernetes.io/managed-by: maas, maas.dev/task: "{{ task_id }}", maas.dev/attempt: "{{ attempt }}"}
        spec:
          backoffLimit: 0
          template:
            metadata: {labels: *labels}
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: 1
              containers:
                - name: generator
                  image: "{{ worker_image }}"
                  command: [/bin/bash, -c, "{{ script }}"]
                  env:
                    - {name: MAAS_OUTPUT_URL, value: "{{ output_url }}"}
                    - {name: MAAS_OUTPUT_KEY, value: "{{ output_key }}"}
                  resources: {limits: {nvidia.com/gpu: "{{ gpus }}"}}
        """
}
