internal import MaaSCore
internal import Testing

@Suite("Ids of OpenAI's video API")
struct VideoIDTests {
    private static let text = "01jd2v0v6he5a9r6j8k2s3qf7m"

    @Test("An id has the prefix; a task's own id is accepted, and nothing else")
    func forms() throws {
        let task = try #require(TaskID(Self.text))
        #expect("\(VideoID(task))" == "video_\(Self.text)")
        for text in ["video_\(Self.text)", Self.text] { #expect(VideoID(text)?.task == task) }
        for text in ["video_", "video_video_\(Self.text)", "VIDEO_\(Self.text)", "task_\(Self.text)", ""] {
            #expect(VideoID(text) == nil, "\(text)")
        }
    }
}
