/// Why a template that was loaded cannot be rendered.
package struct TemplateError: Error, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// A value is missing that the job needs: the parameters were not checked against this template.
        case missingValue
        /// The rendered job asks for something no cluster has, such as a fraction of a pod.
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
