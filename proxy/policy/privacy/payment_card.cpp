#include "proxy/policy/privacy/payment_card.hpp"

#include <cstddef>
#include <string_view>

namespace sallyport::policy::privacy {
namespace {

// Numbers whose first digits lie in [first, last], and the lengths that the issuer gives: bit n for n digits.
struct issuer_range {
  int first, last;
  int prefix_length;
  std::uint32_t lengths;
};

constexpr std::uint32_t of_length(std::initializer_list<int> all) {
  std::uint32_t bits = 0;
  for (const int length : all) bits |= 1u << length;
  return bits;
}
constexpr std::uint32_t from_12 = of_length({12, 13, 14, 15, 16, 17, 18, 19});
constexpr std::uint32_t of_wide_maestro = of_length({12, 16, 17, 18, 19});   // 13 are goods of several countries
constexpr std::uint32_t from_16 = of_length({16, 17, 18, 19});
constexpr std::uint32_t of_16 = of_length({16});
constexpr std::uint32_t of_16_or_19 = of_length({16, 19});

// By the issuers' published ranges. What is left out: ranges that were given back, and shop cards without a range of their own.
constexpr issuer_range issuers[] = {
    {4, 4, 1, of_length({13, 16, 19})},                                                            // Visa; Elo in part
    {51, 55, 2, of_16}, {2221, 2720, 4, of_16},                                                    // Mastercard
    {34, 34, 2, of_length({15})}, {37, 37, 2, of_length({15})},                                    // American Express
    {300, 305, 3, of_length({14, 16, 19})}, {3095, 3095, 4, of_length({14, 16, 19})},              // Diners Club
    {36, 36, 2, of_length({14, 16, 19})}, {38, 39, 2, of_length({14, 16, 19})},
    {6011, 6011, 4, of_16_or_19}, {644, 649, 3, of_16_or_19}, {65, 65, 2, of_16_or_19},            // Discover; RuPay and Elo in part
    {35, 35, 2, of_16_or_19}, {2131, 2131, 4, of_length({15})}, {1800, 1800, 4, of_length({15})},  // JCB; RuPay in part
    {62, 62, 2, from_16}, {81, 82, 2, of_16},                                                      // UnionPay; RuPay
    {60, 60, 2, of_16},                                                    // RuPay, Hipercard
    {50, 50, 2, of_wide_maestro}, {56, 58, 2, of_wide_maestro},                                    // Maestro
    {5018, 5018, 4, from_12}, {5020, 5020, 4, from_12}, {5038, 5038, 4, from_12},
    {5893, 5893, 4, from_12}, {6304, 6304, 4, from_12}, {6759, 6759, 4, from_12}, {6761, 6763, 4, from_12},
    {6277, 6277, 4, of_16}, {6362, 6363, 4, of_16},                                                // Elo; Dankort, Elo, Verve, RuPay at 50
    {2200, 2204, 4, from_16}, {9792, 9792, 4, of_16}, {8600, 8600, 4, of_16}, {9860, 9860, 4, of_16},   // Mir, Troy, Uzcard, Humo
    {637, 639, 3, of_16},                                                                          // InstaPayment
    {1001, 1999, 4, of_length({15})},                                                              // UATP: 1 and an airline's number
};

int first_digits(digits of, int count) {
  int number = 0;
  for (int i = 0; i < count; ++i) number = number * 10 + of[static_cast<std::size_t>(i)];
  return number;
}

bool has_issuer(digits of) {
  for (const auto& range : issuers) {
    const int first = first_digits(of, range.prefix_length);
    if (first >= range.first && first <= range.last && (range.lengths >> of.size() & 1) != 0) return true;
  }
  return false;
}

// EAN-13, as on all goods.
bool passes_ean(digits of) {
  int sum = 0;
  for (std::size_t i = 0; i < of.size(); ++i) sum += of[i] * (i % 2 == 0 ? 1 : 3);
  return sum % 10 == 0;
}

}  // namespace

bool is_payment_card(digits of) { return of.size() >= 12 && of.size() <= 19 && passes_luhn(of) && has_issuer(of); }

bool is_card_and_no_barcode(digits of) { return is_payment_card(of) && !passes_ean(of); }

}  // namespace sallyport::policy::privacy
