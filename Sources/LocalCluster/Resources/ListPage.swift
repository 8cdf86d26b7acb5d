internal import MaaSCore

/// One page of a list, all pages being of the same revision.
struct ListPage: Sendable, Hashable {
    let items: [JSONValue]
    /// The resource version of the whole list: a watch goes on from here.
    let revision: Int
    /// The token of the next page; nil on the last one.
    let continuation: String?
    /// How many items follow on later pages.
    let remaining: Int?
}
