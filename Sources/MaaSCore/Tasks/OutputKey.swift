/// The object keys of what attempts deliver. The only place that spells them: whoever reads an event holds it to this.
package enum OutputKey {
    /// Where `attempt` of `task` puts its video: `outputs/<task>/<attempt>/video.mp4`.
    package static func video(task: TaskID, attempt: Int) -> String { "outputs/\(task)/\(attempt)/video.mp4" }
}
