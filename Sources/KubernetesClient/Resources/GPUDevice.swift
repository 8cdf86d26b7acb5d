internal import MaaSCore

/// A card as registered by HAMi on its node, in the annotation `hami.io/node-nvidia-register`.
package struct GPUDevice: Sendable, Hashable {
    /// The card's UUID.
    package let id: String
    /// How many pods may share it (`deviceSplitCount`).
    package let shares: Int
    /// In MiB.
    package let memory: Int
    package let isHealthy: Bool

    static let annotation = "hami.io/node-nvidia-register"
    /// UUIDs separated by commas.
    static let cordonAnnotation = "hami.io/device-cordon"

    /// Parses a node's registered cards: JSON since HAMi 2.8, text before. Skips what it cannot read.
    static func all(in annotation: String) -> [GPUDevice] {
        if annotation.hasPrefix("[") {
            let devices = (try? JSONValue(parsing: annotation.utf8))?.array ?? []
            return devices.compactMap(GPUDevice.init(registered:))
        }
        return annotation.split(separator: ":").compactMap { GPUDevice(text: $0) }
    }

    /// Members that are zero or false are omitted (`omitempty`): without `health` it is unhealthy.
    private init?(registered device: JSONValue) {
        guard let id = device["id"]?.string else { return nil }
        self.id = id
        self.shares = device["count"]?.integer.map { Int($0) } ?? 1
        self.memory = device["devmem"]?.integer.map { Int($0) } ?? 0
        self.isHealthy = device["health"]?.bool ?? false
    }

    /// `uuid,count,mem,core,type,numa,health[,index,mode]`
    private init?(text: Substring) {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count >= 7, let shares = Int(fields[1]), let memory = Int(fields[2]) else { return nil }
        self.id = String(fields[0])
        self.shares = shares
        self.memory = memory
        self.isHealthy = fields[6] == "true"
    }
}
