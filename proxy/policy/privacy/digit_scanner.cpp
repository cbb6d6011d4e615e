#include "proxy/policy/privacy/digit_scanner.hpp"

#include "proxy/policy/privacy/characters.hpp"
#include "proxy/policy/privacy/coded_words.hpp"
#include "proxy/policy/privacy/iban.hpp"
#include "proxy/policy/privacy/number_shapes.hpp"
#include "proxy/policy/privacy/phone.hpp"

#include <algorithm>
#include <array>

namespace sallyport::policy::privacy {
namespace {

using enum detector;

// A longer run of letters and digits is none of the words that are looked for.
constexpr std::size_t word_max = 34;
// As many groups may a number have that a shape or a whole number is made of.
constexpr std::size_t groups_of_number_max = 8;

}  // namespace

void digit_scanner::run(std::size_t until) {
  until = std::min(until, text_.size());
  while (at_ < until) {
    at_ = next_digit(text_, at_, until);
    if (at_ < until) at_ = take(at_);
  }
}

std::size_t digit_scanner::take(std::size_t digit) {
  const auto begin = run_begin(text_, digit, digit > word_max ? digit - word_max : 0, is_letter_or_digit);
  if (begin > 0 && is_letter_or_digit(text_[begin - 1])) return run_end(text_, digit, is_letter_or_digit);
  const auto digits_end = run_end(text_, digit, is_digit);
  if (begin == digit && !is_letter(byte_at(text_, digits_end))) return take_numbers(begin);
  return take_word(begin, run_end(text_, digits_end, is_letter_or_digit));
}

std::size_t digit_scanner::take_word(std::size_t begin, std::size_t end) {
  // Looked for even if nobody asked: the digits of an account are no card.
  if (const auto account_end = iban_end(text_, begin)) {
    found_.found(iban);
    return account_end;
  }
  const auto word = text_.substr(begin, end - begin);
  try_spanish(begin, end);
  if (found_.seeks(it_fiscal_code) && is_it_fiscal_code(word)) found_.found(it_fiscal_code);
  if (found_.seeks(fr_nir) && is_corsican_nir(word)) found_.found(fr_nir);
  try_nino(begin);
  return end;
}

void digit_scanner::try_spanish(std::size_t begin, std::size_t end) {
  constexpr std::size_t length = 9;
  if (!found_.seeks(es_nif) || end - begin > length) return;
  std::array<char, length + 1> word{};
  std::copy(text_.begin() + static_cast<std::ptrdiff_t>(begin), text_.begin() + static_cast<std::ptrdiff_t>(end), word.begin());
  std::size_t count = end - begin;
  // 12345678-Z: the check letter may stand apart.
  if (byte_at(text_, end) == '-' && is_letter(byte_at(text_, end + 1)) && !is_letter_or_digit(byte_at(text_, end + 2)))
    word[count++] = text_[end + 1];
  const auto is = spanish_number({word.data(), count});
  if (is == spanish::whole || (is == spanish::short_one && words_.precede(begin, es_nif))) found_.found(es_nif);
}

void digit_scanner::try_nino(std::size_t at) {
  if (!found_.seeks(uk_nino)) return;
  if (is_digit(text_[at])) {
    // AB 12 34 56 C: the letters are a word of their own.
    if (at < 3 || text_[at - 1] != ' ') return;
    at -= 3;
  }
  if (!is_letter_or_digit(byte_before(text_, at)) && uk_nino_end(text_, at) != 0) found_.found(uk_nino);
}

void digit_scanner::try_signed_phone(std::size_t begin) {
  if (!found_.seeks(phone)) return;
  const char before = byte_before(text_, begin);
  if ((before == '+' && is_international_phone(text_, begin)) || (before == '(' && is_bracketed_phone(text_, begin))) found_.found(phone);
}

std::size_t digit_scanner::take_numbers(std::size_t begin) {
  try_nino(begin);
  groups_.read(text_, begin, 0);
  if (found_.seeks_any(of_digits)) try_numbers(begin);
  const auto last = groups_.all().back();
  try_spanish(last.begin, last.end());
  return groups_.end();
}

void digit_scanner::try_numbers(std::size_t begin) {
  try_signed_phone(begin);
  if (!groups_.is_cut()) match_whole(text_, groups_.all(), words_, found_);
  try_shapes();
  while (groups_.is_cut()) {
    // The last groups again: what begins there had not all of its groups.
    const auto again = groups_.all()[groups_.all().size() - groups_of_number_max];
    groups_.read(text_, again.begin, again.before);
    try_shapes();
  }
}

void digit_scanner::try_shapes() {
  for (std::size_t i = 0; i < groups_.all().size(); ++i) match_shapes(text_, groups_.all(), i, words_, found_);
}

}  // namespace sallyport::policy::privacy
