/// How far one event stream has been read into the feeds.
struct FeedShard: Hashable {
    /// The stream's current epoch.
    var epoch = ""
    /// Every entry up to here is in the feeds.
    var cursor = EventPosition.zero
    /// From here on, no update of any task has been discarded.
    var floor = EventPosition.zero
}
