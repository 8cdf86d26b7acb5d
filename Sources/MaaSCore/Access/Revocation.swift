/// An entry of the stream ``SharedKeys/revocations``: a key, or a user with all keys, has lost access.
///
/// It only speeds up revocation: a service that misses it notices when its cached access expires.
package struct Revocation: Sendable, Hashable {
    /// The id of the revoked key; nil when all of the user's access was revoked.
    package var key: String?
    package var user: String
    package var time: Timestamp

    package init(key: String?, user: String, time: Timestamp = .now()) {
        self.key = key
        self.user = user
        self.time = time
    }

    /// `user_id`, `ts` in milliseconds since 1970, and `key_id` if one key was revoked.
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
