internal import MaaSCore

/// The job of a template as the dispatcher makes it, for a task that does not exist.
struct SampleJob {
    let job: RenderedJob

    @LoopActor
    init(of template: Template, _ configuration: MaaSConfiguration) throws(TemplateError) {
        let task = TaskID(time: .now(), random: RandomBytes.shared.next(10))
        var input = RenderInput(
            taskID: task,
            attempt: 1,
            namespace: configuration.kubernetes.namespace,
            parameters: template.sampleParameters
        )
        input.eventToken = "sample"
        input.eventsURL = configuration.dispatcher.podRedisURL
        input.eventsStream = EventShards(configuration.events).stream(of: task)
        input.inputURL = Self.link
        input.inputSize = "1"
        input.inputSHA256 = String(repeating: "0", count: 64)
        input.outputURL = Self.link
        input.outputKey = "sample"
        input.outputCheckURL = Self.link
        input.thumbnailURL = Self.link
        input.spritesheetURL = Self.link
        input.previewURL = Self.link
        input.logURL = Self.link
        input.workerImage = configuration.images.worker
        input.reporterImage = configuration.images.reporter
        self.job = try template.render(input)
    }

    /// In place of the presigned ones.
    private static let link = "https://sample.invalid/sample"
}
