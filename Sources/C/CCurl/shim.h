#pragma once
#include <curl/curl.h>

// Swift imports no variadic function: one inline wrapper per argument type of setopt and getinfo.

static inline CURLcode curl_easy_setopt_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_easy_setopt_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

/// libcurl copies the string.
static inline CURLcode curl_easy_setopt_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

/// libcurl copies the bytes when `value->flags` says CURL_BLOB_COPY.
static inline CURLcode curl_easy_setopt_blob(CURL *handle, CURLoption option, const struct curl_blob *value) {
    return curl_easy_setopt(handle, option, value);
}

/// libcurl keeps the pointer: `value` must outlive the handle.
static inline CURLcode curl_easy_setopt_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

/// The write, the header and the read callback all have this type.
static inline CURLcode curl_easy_setopt_bytes(CURL *handle, CURLoption option, curl_write_callback value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_easy_setopt_seek(CURL *handle, curl_seek_callback value) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, value);
}

static inline CURLcode curl_easy_setopt_open_socket(CURL *handle, curl_opensocket_callback value) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, value);
}

/// An IPv6 address reaches beyond `struct sockaddr`: Swift's copy of the member would be cut.
static inline const void *curl_sockaddr_address(const struct curl_sockaddr *address) {
    return &address->addr;
}

static inline CURLMcode curl_multi_setopt_long(CURLM *handle, CURLMoption option, long value) {
    return curl_multi_setopt(handle, option, value);
}

static inline CURLMcode curl_multi_setopt_pointer(CURLM *handle, CURLMoption option, void *value) {
    return curl_multi_setopt(handle, option, value);
}

static inline CURLMcode curl_multi_setopt_socket(CURLM *handle, curl_socket_callback value) {
    return curl_multi_setopt(handle, CURLMOPT_SOCKETFUNCTION, value);
}

static inline CURLMcode curl_multi_setopt_timer(CURLM *handle, curl_multi_timer_callback value) {
    return curl_multi_setopt(handle, CURLMOPT_TIMERFUNCTION, value);
}

/// The result is in an anonymous union, which Swift does not name.
static inline CURLcode curl_message_result(const CURLMsg *message) {
    return message->data.result;
}
