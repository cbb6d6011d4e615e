#pragma once
/// Walks over one text from digit to digit and tries what numbers and words with digits can be: cards, accounts, national numbers,
/// telephone numbers, IPv4 addresses.

#include "proxy/policy/privacy/context_words.hpp"
#include "proxy/policy/privacy/findings.hpp"
#include "proxy/policy/privacy/number_groups.hpp"

#include <cstddef>
#include <string_view>

namespace sallyport::policy::privacy {

/// Keeps a view of the text and tells `found`. One thread. Linear: each digit belongs to one word, each word is tried once, and what is
/// tried looks a bounded way ahead.
class digit_scanner {
 public:
  digit_scanner(std::string_view text, findings& found) : text_(text), found_(found), words_(text) {}

  /// Tries all that begins before `until`.
  void run(std::size_t until);

 private:
  std::size_t take(std::size_t digit);
  std::size_t take_word(std::size_t begin, std::size_t end);
  std::size_t take_numbers(std::size_t begin);
  void try_numbers(std::size_t begin);
  void try_shapes();
  void try_nino(std::size_t at);
  void try_spanish(std::size_t begin, std::size_t end);
  void try_signed_phone(std::size_t begin);

  std::string_view text_;
  findings& found_;
  context_words words_;
  number_groups groups_;
  std::size_t at_ = 0;
};

}  // namespace sallyport::policy::privacy
