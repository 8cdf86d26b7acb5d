extension TaskWait {
    /// The value in the hash ``SharedKeys/positions``: `<position> <eta or -> <reason>`.
    package var text: String {
        "\(self.position) \(self.etaSeconds.map(String.init) ?? "-") \(self.reason.rawValue)"
    }

    package init?(text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 3, let position = Int(parts[0]), let reason = WaitingReason(rawValue: String(parts[2]))
        else { return nil }
        self.init(position: position, etaSeconds: Int(parts[1]), reason: reason)
    }
}
