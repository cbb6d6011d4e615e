#pragma once
/// What goes out in front of a body: the address and the header fields of one send. Pure.

#include "adapters/words/header_list.hpp"
#include "adapters/words/result.hpp"
#include "config/settings.hpp"

#include <string>
#include <string_view>

namespace sallyport::upstream {

/// The provider's base address with `path` behind it. Fails with `internal` when path could change the host or is not fit for a
/// request line.
result<std::string> request_url(const config::provider& to, std::string_view path);

/// Content type, credential, the provider's own fields, and those of `passed` that may not override any of these nor the framing.
/// `credential`: place of the one to send among the provider's keys.
/// Fails with `internal` when a field is not fit for the wire; the failure names the field and never holds its value.
result<header_list> request_headers(const config::provider& to, const header_list& passed, std::size_t credential = 0);

/// The head of a POST in HTTP/1.1 as it goes out, with its empty line, for a body of so many bytes. Fails as the two above.
result<std::string> request_text(const config::provider& to, std::string_view path, const header_list& passed, std::size_t credential,
                                 std::size_t body_bytes);

/// A POST in HTTP/2 (RFC 9113 section 8.3.1): names are in lower case.
struct request_fields {
  std::string authority;
  std::string path;
  bool tls = true;
  header_list headers;   ///< with the body's length
};

/// As request_text.
result<request_fields> request_fields_of(const config::provider& to, std::string_view path, const header_list& passed, std::size_t credential,
                                         std::size_t body_bytes);

/// A field that holds a credential, `name` in lower case: no table of a connection may keep its value (RFC 7541 section 7.1.3).
bool is_credential(const config::provider& to, std::string_view name);

}  // namespace sallyport::upstream
