@testable internal import MaaSCore

/// A small template that is right, for tests to change one thing in.
enum TemplateFixture {
    static let header = """
        name: small
        title: Small
        job_prefix: small
        inputs: {image: {required: true}}
        limits: {time: 10m}
        estimate: {fixed: 10s, terms: [{seconds: 2, times: [steps], by: {size: {big: 3}}}]}
        parameters:
          type: object
          required: [prompt]
          properties:
            prompt: {type: string, minLength: 1, maxLength: 5000}
            size: {type: string, enum: [big, little], default: little}
            steps: {type: integer, minimum: 1, maximum: 100, default: 20}
            workers: {type: integer, minimum: 1, maximum: 7, default: 3}
            gpus: {type: integer, enum: [1, 2, 4], default: 2}
            pace: {type: number, minimum: 0, exclusiveMaximum: 5, default: 0.5}
            loud: {type: boolean, default: false}
            seed: {type: integer, minimum: 0}
            motto: {type: string}
        """

    static let job = """
        apiVersion: kubeflow.org/v1
        kind: PyTorchJob
        metadata:
          name: "{{ job_name }}"
          namespace: "{{ namespace }}"
          labels: &labels {app.kubernetes.io/managed-by: maas, maas.dev/task: "{{ task_id }}", maas.dev/attempt: "{{ attempt }}"}
          annotations: {note: "{{ prompt }}", price: "5$ for {{ prompt }}"}
        spec:
          runPolicy: {cleanPodPolicy: Running}
          pytorchReplicaSpecs:
            Master:
              replicas: 1
              restartPolicy: Never
              template: &pod
                metadata: {labels: *labels}
                spec:
                  containers:
                    - name: pytorch
                      image: "{{ worker_image }}"
                      command: [run, "--say={{ prompt }}"]
                      args: ["--steps={{ steps }}", "--seed={{ seed }}", "{{ motto }}", "{{ prompt }}", "$(HOME)/{{ prompt }}"]
                      env:
                        - {name: PROMPT, value: "{{ prompt }}"}
                        - {name: MOTTO, value: "{{ motto }}"}
                        - {name: MIXED, value: "a {{ prompt }} $$ {{ prompt }} b"}
                        - name: BLOCK
                          value: |
                            first
                            {{ prompt }}
                        - {name: MAAS_INPUT_URL, value: "{{ input_url }}"}
                        - {name: MAAS_OUTPUT_URL, value: "{{ output_url }}"}
                        - {name: MAAS_OUTPUT_KEY, value: "{{ output_key }}"}
                      resources: {limits: {nvidia.com/gpu: "{{ gpus }}"}}
            Worker:
              replicas: {{ workers }}
              restartPolicy: Never
              template: *pod
        """

    static func template(header: String = header, job: String = job) throws(TemplateFaults) -> Template {
        try Template(parsing: Array("\(header)\n---\n\(job)\n".utf8), file: "small.yaml")
    }

    static let task = TaskID(time: Timestamp(milliseconds: 1_700_000_000_000), random: Array(0..<10))

    static func input(_ parameters: JSONValue) -> RenderInput {
        var input = RenderInput(taskID: Self.task, attempt: 2, namespace: "video", parameters: parameters)
        input.workerImage = "worker:1"
        return input
    }
}
