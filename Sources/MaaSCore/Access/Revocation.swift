/// An entry of the stream ``SharedKeys/revocations``: the access of a key, or of a user with all their keys, has ended.
///
/// It only makes haste. Whoever misses it finds out when what they remember runs out.
package struct Revocation: Sendable, Hashable {
    /// The id of the key that was revoked; nil when all of the user's access was.
    package var key: String?
    package var user: String
    package var time: Timestamp

    package init(key: String?, user: String, time: Timestamp = .now()) {
        self.key = key
        self.user = user
        self.time = time
    }

    /// `user_id`, `ts` in milliseconds since 1970, and `key_id` if it is about one key.
    package var fields: [(name: String, value: String)] {
        let always = [("user_id", self.user), ("ts", String(self.time.milliseconds))]
        return always + (self.key.map { [("key_id", $0)] } ?? [])
    }

    package init?(fields: some Sequence<(name: String, value: String)>) {
        let values = Dictionary(fields.lazy.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
        guard let user = values["user_id"], let time = values["ts"].flatMap({ Int64($0) }) else { return nil }
        self.init(key: values["key_id"], user: user, time: Timestamp(milliseconds: time))
    }
}
