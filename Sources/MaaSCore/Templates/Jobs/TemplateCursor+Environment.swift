/// Checks of what `MAAS_…` variables tell a pod's programs. A mistake there would otherwise show only at the end of a
/// whole generation.
extension TemplateCursor {
    /// Different for each attempt: with anything else its events or its video would be taken for another's.
    private static let ownValues: KeyValuePairs<String, Placeholder.BuiltIn> = [
        "MAAS_TASK_ID": .taskID, "MAAS_ATTEMPT": .attempt, "MAAS_EVENT_TOKEN": .eventToken,
        "MAAS_OUTPUT_URL": .outputURL, "MAAS_OUTPUT_KEY": .outputKey,
    ]
    private static let needs: KeyValuePairs<String, [String]> = [
        "MAAS_OUTPUT_URL": ["MAAS_OUTPUT_KEY"],
        "MAAS_EVENTS_URL": ["MAAS_TASK_ID", "MAAS_ATTEMPT", "MAAS_EVENT_TOKEN", "MAAS_EVENTS_STREAM"],
    ]

    /// Requires of a container's variables that they are complete and this attempt's.
    func expectEnvironment() {
        let variables = self["env"].items
        for (name, placeholder) in Self.ownValues {
            for variable in variables where variable["name"].text == name { variable["value"].expect(placeholder) }
        }
        let names = Set(variables.compactMap { $0["name"].text })
        for (name, others) in Self.needs where names.contains(name) {
            for other in others where !names.contains(other) {
                self["env"].fault("\(other) is missing: \(name) needs it")
            }
        }
    }

    /// Requires of a pod that one of its containers can store the video.
    func expectDelivery() {
        let containers = self["containers"]
        if !containers.items.contains(where: { $0.uses(.outputURL) }) {
            containers.fault("no container has {{ output_url }}: the video could not be stored")
        }
    }
}
