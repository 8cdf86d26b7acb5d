/// The object keys of what attempts deliver. The only place that spells them: whoever reads an event holds it to this.
package enum OutputKey {
    /// Where `attempt` of `task` puts its video: `outputs/<task>/<attempt>/video.mp4`.
    package static func video(task: TaskID, attempt: Int) -> String { "outputs/\(task)/\(attempt)/video.mp4" }

    /// A picture of the video: `outputs/<task>/<attempt>/thumbnail.jpg`. May be missing when the video is there.
    package static func thumbnail(task: TaskID, attempt: Int) -> String { "outputs/\(task)/\(attempt)/thumbnail.jpg" }

    /// Pictures of the video in a grid: `outputs/<task>/<attempt>/spritesheet.jpg`. May be missing, too.
    package static func spritesheet(task: TaskID, attempt: Int) -> String {
        "outputs/\(task)/\(attempt)/spritesheet.jpg"
    }

    /// The newest picture of a video in the making, written over again and again: `outputs/<task>/<attempt>/preview.jpg`.
    package static func preview(task: TaskID, attempt: Int) -> String { "outputs/\(task)/\(attempt)/preview.jpg" }

    /// What the attempt's programs wrote, as ``OutputLog`` keeps it: `outputs/<task>/<attempt>/output.log`.
    package static func log(task: TaskID, attempt: Int) -> String { "outputs/\(task)/\(attempt)/output.log" }

    /// All that an attempt may have left.
    package static func all(task: TaskID, attempt: Int) -> [String] {
        [Self.video, Self.thumbnail, Self.spritesheet, Self.preview, Self.log].map { $0(task, attempt) }
    }
}
