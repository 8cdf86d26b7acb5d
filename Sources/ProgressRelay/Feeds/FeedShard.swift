/// One stream of events, as far as its updates are in the feeds.
struct FeedShard: Hashable {
    /// The name of the stream's present life.
    var epoch = ""
    /// Everything the stream brought up to here is in the feeds.
    var cursor = EventPosition.zero
    /// From here on no task's update was forgotten.
    var floor = EventPosition.zero
}
