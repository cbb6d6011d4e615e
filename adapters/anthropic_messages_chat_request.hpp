#pragma once
/// The provider's side of `anthropic_messages` for a chat that came in another dialect: the whole request, written anew.

#include "adapters/dialect.hpp"

namespace sallyport::anthropic_messages {

/// The version that our requests are written in; newer ones refuse sampling fields. A client's own header goes before it.
inline constexpr std::string_view version_header = "anthropic-version";
inline constexpr std::string_view version = "2023-06-01";

/// Fails with not_supported; the failure names the field.
result<provider_request> write_chat(const chat& said, const addressee& to);

}  // namespace sallyport::anthropic_messages
