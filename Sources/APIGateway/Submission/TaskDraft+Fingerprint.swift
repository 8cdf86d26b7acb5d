internal import MaaSControl
internal import MaaSCore

extension TaskDraft {
    /// SHA-256 of the content: equal for equal drafts, whichever API they came by. A picture yet to be fetched counts
    /// by its URL.
    var fingerprint: [UInt8] {
        var document: JSONValue = ["parameters": self.parameters]
        document["template"] = JSONValue(self.template)
        document["priority"] = JSONValue(self.priority)
        document["origin"] = JSONValue(self.origin?.description)
        if !self.labels.isEmpty { document["labels"] = JSONValue(self.labels) }
        document["webhook"] = self.webhook?.fingerprint
        switch self.picture {
        case .file(let file): document["file"] = .string(Hexadecimal.encode(file.digest))
        case .url(let url): document["url"] = .string(url)
        case .upload(let id): document["upload"] = .string(id)
        case .stored(let input): document["stored"] = .string(input.key)
        case .task(let id): document["task"] = .string(id)
        case nil: break
        }
        return SHA256.digest(of: document.encoded())
    }
}
