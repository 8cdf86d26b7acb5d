#pragma once
#include <curl/curl.h>

// Swift imports no variadic function: one inline wrapper per argument type.

static inline CURLcode curl_easy_setopt_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
