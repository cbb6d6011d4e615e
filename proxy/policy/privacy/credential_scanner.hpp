#pragma once
/// Credentials in a text: keys by the form that each vendor gives them, JSON Web Tokens, private keys.

#include "proxy/policy/privacy/findings.hpp"

#include <cstddef>
#include <string_view>

namespace sallyport::policy::privacy {

inline constexpr detector_set of_credentials{detector::private_key, detector::api_key, detector::jwt};

/// Keeps a view of the text and tells `found`. One thread. Linear: only runs of 16 and more characters of keys are looked at, each once.
class credential_scanner {
 public:
  credential_scanner(std::string_view text, findings& found) : text_(text), found_(found) {}

  /// Tries all that begins before `until`.
  void run(std::size_t until);

 private:
  void run_tokens(std::size_t until);
  void run_headers(std::size_t until);
  void take_token(std::size_t begin, std::size_t end);

  std::string_view text_;
  findings& found_;
  std::size_t at_ = 0;          ///< for keys and tokens
  std::size_t header_at_ = 0;   ///< for the first lines of private keys
};

/// The next run of at least token_min key characters that begins in [at, until): its first byte, or a place behind that, and never before
/// `at`. What stands before `at` belongs to no run. Looks at every token_min-th byte only.
inline constexpr std::size_t token_min = 16;
std::size_t next_token(std::string_view text, std::size_t at, std::size_t until);

}  // namespace sallyport::policy::privacy
