internal import CCurl

/// The owner of a `CURL *` and of everything lent to libcurl with it.
///
/// A handle that is not in a ``CurlMultiHandle`` is not bound to a thread, so the last reference may be dropped
/// anywhere.
@LoopActor
final class CurlEasyHandle {
    nonisolated(unsafe) let pointer: UnsafeMutableRawPointer  // Used on the loop, and freed by the last owner.
    private nonisolated(unsafe) var lists: [UnsafeMutablePointer<curl_slist>] = []  // As above.
    private nonisolated(unsafe) let message: UnsafeMutablePointer<CChar>  // As above.

    init() throws(HTTPClientError) {
        guard let pointer = curl_easy_init() else { throw HTTPClientError(.invalidRequest, "libcurl is out of memory") }
        self.pointer = pointer
        self.message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        self.message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        curl_easy_setopt_pointer(pointer, CURLOPT_ERRORBUFFER, self.message)
    }

    deinit {
        curl_easy_cleanup(self.pointer)
        // libcurl does not copy the lists and the buffer, so they are freed after the handle.
        for list in self.lists { curl_slist_free_all(list) }
        self.message.deallocate()
    }

    func set(_ option: CURLoption, _ value: Int) {
        curl_easy_setopt_long(self.pointer, option, value)
    }

    func set(_ option: CURLoption, _ value: Int64) {
        curl_easy_setopt_offset(self.pointer, option, curl_off_t(value))
    }

    func set(_ option: CURLoption, _ value: String) {
        curl_easy_setopt_string(self.pointer, option, value)
    }

    /// Passes a copy of `bytes` to libcurl.
    func set(_ option: CURLoption, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var blob = curl_blob()
            blob.data = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            blob.len = bytes.count
            blob.flags = CUnsignedInt(CURL_BLOB_COPY)
            curl_easy_setopt_blob(self.pointer, option, &blob)
        }
    }

    /// Resets a string option to its default.
    func clear(_ option: CURLoption) {
        curl_easy_setopt_string(self.pointer, option, nil)
    }

    /// Passes a list to libcurl, which is kept as long as the handle.
    func set(_ option: CURLoption, _ values: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values { list = curl_slist_append(list, value) ?? list }
        guard let list else { return }
        self.lists.append(list)
        curl_easy_setopt_pointer(self.pointer, option, list)
    }

    /// Sets a callback for bytes; `context` must outlive the transfer.
    func set(
        _ option: CURLoption,
        _ callback: @escaping curl_write_callback,
        contextOption: CURLoption,
        context: UnsafeMutableRawPointer
    ) {
        curl_easy_setopt_bytes(self.pointer, option, callback)
        curl_easy_setopt_pointer(self.pointer, contextOption, context)
    }

    /// Sets a callback for rewinding the body to an offset.
    func setSeek(_ callback: @escaping curl_seek_callback, context: UnsafeMutableRawPointer) {
        curl_easy_setopt_seek(self.pointer, callback)
        curl_easy_setopt_pointer(self.pointer, CURLOPT_SEEKDATA, context)
    }

    /// Sets a callback that opens sockets.
    func setOpenSocket(_ callback: @escaping curl_opensocket_callback, context: UnsafeMutableRawPointer) {
        curl_easy_setopt_open_socket(self.pointer, callback)
        curl_easy_setopt_pointer(self.pointer, CURLOPT_OPENSOCKETDATA, context)
    }

    /// libcurl's explanation of `code`, with details of this transfer if there are any.
    func explanation(of code: CURLcode) -> String {
        self.message.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: self.message)
    }
}
