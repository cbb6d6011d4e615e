#include "proxy/policy/privacy/iban.hpp"

#include "proxy/policy/privacy/characters.hpp"

#include <array>

namespace sallyport::policy::privacy {
namespace {

// What stands behind country and check digits: so many digits (n), letters (a), letters or digits (c). SWIFT's IBAN registry, release 101.
struct country_form {
  std::string_view country;
  std::string_view account;
};

constexpr country_form registry[] = {
    {"AD", "8n12c"}, {"AE", "19n"}, {"AL", "8n16c"}, {"AT", "16n"}, {"AZ", "4a20c"}, {"BA", "16n"}, {"BE", "12n"}, {"BG", "4a6n8c"},
    {"BH", "4a14c"}, {"BI", "23n"}, {"BR", "23n1a1c"}, {"BY", "4c4n16c"}, {"CH", "5n12c"}, {"CR", "18n"}, {"CY", "8n16c"},
    {"CZ", "20n"}, {"DE", "18n"}, {"DJ", "23n"}, {"DK", "14n"}, {"DO", "4c20n"}, {"EE", "16n"}, {"EG", "25n"}, {"ES", "20n"},
    {"FI", "14n"}, {"FK", "2a12n"}, {"FO", "14n"}, {"FR", "10n11c2n"}, {"GB", "4a14n"}, {"GE", "2a16n"}, {"GI", "4a15c"}, {"GL", "14n"},
    {"GR", "7n16c"}, {"GT", "24c"}, {"HN", "4a20n"}, {"HR", "17n"}, {"HU", "24n"}, {"IE", "4a14n"}, {"IL", "19n"}, {"IQ", "4a15n"},
    {"IS", "22n"}, {"IT", "1a10n12c"}, {"JO", "4a4n18c"}, {"KW", "4a22c"}, {"KZ", "3n13c"}, {"LB", "4n20c"}, {"LC", "4a24c"},
    {"LI", "5n12c"}, {"LT", "16n"}, {"LU", "3n13c"}, {"LV", "4a13c"}, {"LY", "21n"}, {"MC", "10n11c2n"}, {"MD", "20c"}, {"ME", "18n"},
    {"MK", "3n10c2n"}, {"MN", "16n"}, {"MR", "23n"}, {"MT", "4a5n18c"}, {"MU", "4a19n3a"}, {"NI", "4a20n"}, {"NL", "4a10n"},
    {"NO", "11n"}, {"OM", "3n16c"}, {"PK", "4a16c"}, {"PL", "24n"}, {"PS", "4a21c"}, {"PT", "21n"}, {"QA", "4a21c"}, {"RO", "4a16c"},
    {"RS", "18n"}, {"RU", "14n15c"}, {"SA", "2n18c"}, {"SC", "4a20n3a"}, {"SD", "14n"}, {"SE", "20n"}, {"SI", "15n"}, {"SK", "20n"},
    {"SM", "1a10n12c"}, {"SO", "19n"}, {"ST", "21n"}, {"SV", "4a20n"}, {"TL", "19n"}, {"TN", "20n"}, {"TR", "6n16c"}, {"UA", "6n19c"},
    {"VA", "18n"}, {"VG", "4a16n"}, {"XK", "16n"}, {"YE", "4a4n18c"},
};
constexpr std::size_t countries = std::size(registry);

constexpr std::size_t place_of(char first, char second) {
  return static_cast<std::size_t>(upper(first) - 'A') * 26 + static_cast<std::size_t>(upper(second) - 'A');
}

constexpr auto by_country = [] {
  std::array<std::uint8_t, 26 * 26> places{};
  for (std::size_t i = 0; i < countries; ++i) {
    const auto country = registry[i].country;
    places[place_of(country[0], country[1])] = static_cast<std::uint8_t>(i + 1);
  }
  return places;
}();

bool fits(char c, char form) { return form == 'n' ? is_digit(c) : form == 'a' ? is_letter(c) : is_letter_or_digit(c); }

// The number's letters and digits, in groups of any length with one blank or dash between them.
class spaced_characters {
 public:
  spaced_characters(std::string_view text, std::size_t at) : text_(text), at_(at) {}
  char next() {
    if (const char c = byte_at(text_, at_); (c == ' ' || c == '-') && is_letter_or_digit(byte_at(text_, at_ + 1))) ++at_;
    return byte_at(text_, at_++);
  }
  std::size_t end() const { return at_; }

 private:
  std::string_view text_;
  std::size_t at_;
};

int modulo_97(int rest, char c) {
  const int value = is_digit(c) ? c - '0' : upper(c) - 'A' + 10;
  return (rest * (value < 10 ? 10 : 100) + value) % 97;
}

}  // namespace

std::size_t iban_end(std::string_view text, std::size_t at) {
  if (at + 15 > text.size() || !is_letter(text[at]) || !is_letter(text[at + 1])) return 0;
  const auto place = by_country[place_of(text[at], text[at + 1])];
  if (place == 0 || !is_digit(text[at + 2]) || !is_digit(text[at + 3])) return 0;
  spaced_characters characters(text, at + 4);
  int rest = 0;
  const auto account = registry[place - 1].account;
  for (std::size_t i = 0; i < account.size(); ++i) {
    int count = account[i] - '0';
    if (is_digit(account[++i])) count = count * 10 + (account[i++] - '0');
    for (; count > 0; --count) {
      const char c = characters.next();
      if (!fits(c, account[i])) return 0;
      rest = modulo_97(rest, c);
    }
  }
  if (is_letter_or_digit(byte_at(text, characters.end()))) return 0;
  for (std::size_t i = 0; i < 4; ++i) rest = modulo_97(rest, text[at + i]);
  return rest == 1 ? characters.end() : 0;
}

}  // namespace sallyport::policy::privacy
