#pragma once
/// E-mail addresses in a text.

#include "proxy/policy/privacy/findings.hpp"

#include <cstddef>
#include <string_view>

namespace sallyport::policy::privacy {

/// Keeps a view of the text and tells `found`. One thread. Linear: what stands around an '@' ends at the next one.
class email_scanner {
 public:
  email_scanner(std::string_view text, findings& found) : text_(text), found_(found) {}

  /// Tries each '@' before `until`.
  void run(std::size_t until);

 private:
  std::string_view text_;
  findings& found_;
  std::size_t at_ = 0;
};

}  // namespace sallyport::policy::privacy
