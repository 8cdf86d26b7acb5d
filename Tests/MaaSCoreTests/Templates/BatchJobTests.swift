internal import Testing

@testable internal import MaaSCore

@Suite("Jobs without the training operator")
struct BatchJobTests {
    static let job = """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: "{{ job_name }}"
          namespace: "{{ namespace }}"
          labels: &labels {app.kubernetes.io/managed-by: maas, maas.dev/task: "{{ task_id }}", maas.dev/attempt: "{{ attempt }}"}
        spec:
          backoffLimit: 0
          parallelism: {{ workers }}
          completions: {{ workers }}
          template:
            metadata: {labels: *labels}
            spec:
              restartPolicy: Never
              containers:
                - name: main
                  image: "{{ worker_image }}"
                  args: ["{{ prompt }}"]
                  env:
                    - {name: MAAS_INPUT_URL, value: "{{ input_url }}"}
                    - {name: MAAS_OUTPUT_URL, value: "{{ output_url }}"}
                    - {name: MAAS_OUTPUT_KEY, value: "{{ output_key }}"}
                  resources: {limits: {nvidia.com/gpu: "{{ gpus }}"}}
        """

    @Test("its demand is its pods times their GPUs")
    func cost() throws {
        let template = try TemplateFixture.template(job: Self.job)
        let parameters = try template.validate(["prompt": "p", "workers": 3, "gpus": 2])
        let job = try template.render(TemplateFixture.input(parameters))
        #expect(template.resource == .batchJob && job.resource == .batchJob && job.gpus == 6)
        #expect(job.object["spec"]?["parallelism"] == 3)
    }

    @Test(
        "settings that restart pods are rejected, with their position",
        arguments: [
            ("backoffLimit: 0", "backoffLimit: 6", "spec.backoffLimit: must be 0"),
            ("restartPolicy: Never", "restartPolicy: OnFailure", "spec.template.spec.restartPolicy: must be Never"),
            ("completions: {{ workers }}", "completions: 1", "spec.completions: must be the same as parallelism"),
            ("name: main", "tty: true", "spec.template.spec.containers[0].name: is missing"),
            (
                "{name: MAAS_OUTPUT_URL, value: \"{{ output_url }}\"}", "{name: OUTPUT, value: x}",
                "spec.template.spec.containers: no container has {{ output_url }}: the video could not be stored"
            ),
        ]
    )
    func faults(right: String, wrong: String, fault: String) throws {
        let error = try #require(throws: TemplateFaults.self) {
            _ = try TemplateFixture.template(job: Self.job.replacing(right, with: wrong))
        }
        #expect(error.description.contains(fault))
    }
}
