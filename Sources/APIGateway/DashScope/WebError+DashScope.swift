internal import MaaSControl
internal import MaaSCore

extension WebError {
    /// The error with the codes and content type of DashScope's API.
    func dashScopeResponse(requestID: String) -> WebResponse {
        var error = self
        error.code = self.dashScopeCode
        var response = error.response(requestID: requestID)
        // The client reads no other type.
        response.headers["Content-Type"] = "application/json"
        return response
    }

    private var dashScopeCode: String {
        switch self.status {
        case 401: "InvalidApiKey"
        case 403: "AccessDenied"
        case 404: "NotFound"
        case 429: "Throttling"
        case 503: "ServiceUnavailable"
        case 500...: "InternalError"
        default: self.code == "unsupported_operation" ? "UnsupportedOperation" : "InvalidParameter"
        }
    }
}
