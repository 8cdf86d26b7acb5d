extension Template {
    /// Parses and validates one template file.
    ///
    /// - Parameter file: The name for faults.
    /// - Throws: All faults, in order of lines.
    package init(parsing text: [UInt8], file: String) throws(TemplateFaults) {
        let documents: [YAMLNode]
        do {
            documents = try YAMLParser.documents(in: text, syntax: .template)
        } catch {
            let message = "column \(error.position.column): \(error.message)"
            throw TemplateFaults([TemplateFault(file: file, line: error.position.line, path: "", message: message)])
        }
        guard documents.count == 2 else {
            let message = "must be two YAML documents, the header and the job, not \(documents.count)"
            throw TemplateFaults([TemplateFault(file: file, line: 1, path: "", message: message)])
        }
        let log = TemplateFaultLog(file: file)
        let header = Self.header(documents[0], log)
        let cursors = documents.map {
            TemplateCursor(node: $0, path: "", line: $0.position.line, parameters: header.parameters, log: log)
        }
        let job = cursors[1]
        if header.inputs.image != nil, !job.uses(.inputURL) {
            cursors[0]["inputs"]["image"].fault("the job has no {{ input_url }}: the picture would not be used")
        }
        let compiled = TemplateCompiler(parameters: header.parameters, log: log).compile(documents[1])
        let kind = JobKinds.find(apiVersion: job["apiVersion"].text, kind: job["kind"].text)
        kind?.check(job)
        if kind == nil {
            let known = JobKinds.all.map { "\($0.apiVersion) \($0.kind)" }.joined(separator: ", ")
            job["kind"].fault("must, with apiVersion, be one of: \(known)")
        }
        guard log.faults.isEmpty, let kind else {
            let ordered = log.faults.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            throw TemplateFaults(ordered.map(\.element))
        }
        self.init(header: header, job: compiled, kind: kind, sizing: kind.sizingParameters(of: job))
        if let fault = self.gpuFault(of: header.parameters.defaults) {
            let line = documents[0].position.line
            throw TemplateFaults([
                TemplateFault(file: file, line: line, path: "limits.gpus", message: "the default \(fault)")
            ])
        }
    }

    private static func header(_ node: YAMLNode, _ log: TemplateFaultLog) -> TemplateHeader {
        // Without an environment: a template is the same everywhere, and a $ in it is literal.
        let context = ConfigurationReader.Context(environment: nil, directory: "")
        var header = TemplateHeader()
        ConfigurationReader.read(&header, from: node, at: "", in: context)
        for fault in context.faults { log.report(fault.message, at: fault.path, line: fault.line) }
        return header
    }
}
