#pragma once
/// IPv6 addresses in a text (RFC 4291, section 2.2).

#include "proxy/policy/privacy/context_words.hpp"
#include "proxy/policy/privacy/findings.hpp"

#include <cstddef>
#include <string_view>

namespace sallyport::policy::privacy {

/// Keeps a view of the text and tells `found`. One thread. Linear: a run of hexadecimal digits and colons is looked at once.
class ipv6_scanner {
 public:
  ipv6_scanner(std::string_view text, findings& found) : text_(text), found_(found), words_(text) {}

  /// Tries all that begins before `until`.
  void run(std::size_t until);

 private:
  bool is_address(std::size_t begin, std::size_t end);

  std::string_view text_;
  findings& found_;
  context_words words_;
  std::size_t at_ = 0;
};

}  // namespace sallyport::policy::privacy
