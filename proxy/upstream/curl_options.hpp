#pragma once
/// How libcurl is told to behave: everything that is the same for every send, and what depends on the provider alone. Handles are passed
/// as the `void*` that libcurl's own header makes of them, so that no header of ours needs libcurl's.

#include "adapters/words/header_list.hpp"
#include "config/settings.hpp"

#include <chrono>

struct curl_slist;

namespace sallyport::upstream {

/// On a handle that is new or was reset. False when libcurl refuses an option: it lacks something that safety depends on.
[[nodiscard]] bool set_conduct(void* easy);
[[nodiscard]] bool set_provider(void* easy, const config::provider& to, std::chrono::milliseconds connect_timeout);

/// The only place where checked fields become libcurl's lines. The caller frees the list, after the handle lets go of it; null when
/// memory is out.
[[nodiscard]] curl_slist* header_lines(const header_list& headers);
void free_lines(curl_slist* lines);

}  // namespace sallyport::upstream
