internal import MaaSControl
internal import MaaSCore

extension WebError {
    /// The error with the codes and content type of DashScope's API.
    @LoopActor
    func dashScopeResponse(to request: WebRequest) -> WebResponse {
        var error = self
        error.code = self.dashScopeCode
        // The client polls for a task again after a 503 and a 504 only: a 429 would be the result of its wait.
        if self.status == 429, request.route == SynthesisRoutes.taskRoute { error.status = 503 }
        var response = error.response(requestID: request.id)
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
