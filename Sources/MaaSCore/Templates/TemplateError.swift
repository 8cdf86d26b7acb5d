/// Why a loaded template cannot be rendered.
package struct TemplateError: Error, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// A value that the job needs is missing: the parameters were not validated against this template.
        case missingValue
        /// The rendered job is invalid, such as by a fraction of a pod.
        case job
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { self.message }
}
