internal import MaaSCore

/// One page of a list; all pages have the same revision.
struct ListPage: Sendable, Hashable {
    let items: [JSONValue]
    /// The resource version of the whole list, from which a watch continues.
    let revision: Int
    /// The token of the next page; nil on the last one.
    let continuation: String?
    /// How many items follow on later pages.
    let remaining: Int?
}
