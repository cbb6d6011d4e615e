#pragma once
/// Which headers pass, both ways: two short lists. Hop-by-hop, framing, cookies and credentials are on neither.

#include "adapters/words/header_list.hpp"

#include <span>
#include <string_view>

namespace sallyport::stages {

/// Of the client's request headers, those that a provider is sent: its trace and idempotency key, and those of `own`, the dialect's that both
/// speak.
header_list to_provider(const header_list& of_client, std::span<const std::string_view> own);

/// Of the provider's response headers, those that the client is sent.
header_list to_client(const header_list& of_provider);

}  // namespace sallyport::stages
