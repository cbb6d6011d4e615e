#include "proxy/policy/privacy/number_shapes.hpp"

#include "proxy/policy/privacy/national_numbers.hpp"
#include "proxy/policy/privacy/payment_card.hpp"

#include <algorithm>
#include <vector>

namespace sallyport::policy::privacy {
namespace {

using enum detector;

// Where a shape counts.
enum class place : std::uint8_t {
  anywhere,   // also between further groups
  alone,      // not where the same separator leads to a further group: three groups of a longer number are no number
  named,      // alone, and behind a word that says what it is
};

struct number_shape {
  detector which;
  std::string_view form;   // lengths of groups with what stands between them, as in 3-2-4
  place where;
  bool (*is)(digits);
};

constexpr number_shape all_shapes[] = {
    {payment_card, "4 4 4 4", place::anywhere, is_payment_card}, {payment_card, "4-4-4-4", place::anywhere, is_payment_card},
    {payment_card, "4.4.4.4", place::alone, is_payment_card},    {payment_card, "4_4_4_4", place::alone, is_payment_card},
    {payment_card, "4 6 5", place::anywhere, is_payment_card},   {payment_card, "4-6-5", place::anywhere, is_payment_card},
    {payment_card, "4 6 4", place::anywhere, is_payment_card},   {payment_card, "4-6-4", place::anywhere, is_payment_card},
    {payment_card, "4 4 4 4 3", place::anywhere, is_payment_card}, {payment_card, "4-4-4-4-3", place::anywhere, is_payment_card},
    {payment_card, "13", place::alone, is_card_and_no_barcode}, {payment_card, "13", place::named, is_payment_card},
    {payment_card, "12", place::named, is_payment_card}, {payment_card, "14", place::alone, is_payment_card},
    {payment_card, "15", place::alone, is_payment_card}, {payment_card, "16", place::alone, is_payment_card},
    {payment_card, "17", place::alone, is_payment_card}, {payment_card, "18", place::alone, is_payment_card},
    {payment_card, "19", place::alone, is_payment_card},

    {phone, "3-3-4", place::alone, is_nanp_phone}, {phone, "3 3 4", place::alone, is_nanp_phone},
    {phone, "3.3.4", place::alone, is_nanp_phone}, {phone, "1-3-3-4", place::alone, is_nanp_phone},
    {phone, "3-4-4", place::alone, is_cn_mobile},

    {us_ssn, "3-2-4", place::alone, is_us_ssn}, {us_ssn, "3 2 4", place::alone, is_us_ssn}, {us_ssn, "3.2.4", place::alone, is_us_ssn},
    {us_ssn, "9", place::named, is_us_ssn},     {us_ssn, "5-4", place::named, is_us_ssn},   {us_ssn, "3-6", place::named, is_us_ssn},

    {uk_nhs, "3 3 4", place::alone, is_uk_nhs}, {uk_nhs, "3-3-4", place::named, is_uk_nhs}, {uk_nhs, "10", place::named, is_uk_nhs},
    {de_tax_id, "2 3 3 3", place::alone, is_strict_de_tax_id}, {de_tax_id, "2 3 3 3", place::named, is_de_tax_id},
    {de_tax_id, "11", place::named, is_de_tax_id},
    {fr_nir, "15", place::alone, is_settled_fr_nir}, {fr_nir, "15", place::named, is_fr_nir},
    {fr_nir, "1 2 2 2 3 3 2", place::alone, is_fr_nir}, {fr_nir, "13 2", place::alone, is_fr_nir},
    {fr_nir, "13-2", place::alone, is_fr_nir},
    {nl_bsn, "4.2.3", place::alone, is_nl_bsn}, {nl_bsn, "9", place::named, is_nl_bsn}, {nl_bsn, "3 3 3", place::named, is_nl_bsn},
    {nl_bsn, "3.3.3", place::named, is_nl_bsn}, {nl_bsn, "4 2 3", place::named, is_nl_bsn},
    {pl_pesel, "11", place::named, is_pl_pesel},
    {se_personal_number, "6-4", place::alone, is_timeless_se_personal_number},
    {se_personal_number, "8-4", place::alone, is_timeless_se_personal_number},
    {se_personal_number, "12", place::alone, is_timeless_se_personal_number},
    {se_personal_number, "6-4", place::named, is_se_personal_number}, {se_personal_number, "8-4", place::named, is_se_personal_number},
    {se_personal_number, "12", place::named, is_se_personal_number},  {se_personal_number, "10", place::named, is_se_personal_number},
    {se_personal_number, "6 4", place::named, is_se_personal_number},
    {br_cpf, "3.3.3-2", place::alone, is_br_cpf}, {br_cpf, "11", place::named, is_br_cpf}, {br_cpf, "9-2", place::named, is_br_cpf},
    {br_cpf, "3 3 3 2", place::named, is_br_cpf}, {br_cpf, "3.3.3.2", place::named, is_br_cpf},
    {in_aadhaar, "4 4 4", place::alone, is_in_aadhaar}, {in_aadhaar, "4-4-4", place::alone, is_in_aadhaar},
    {in_aadhaar, "4:4:4", place::alone, is_in_aadhaar}, {in_aadhaar, "12", place::named, is_in_aadhaar},
    // 3 3 3 is how many languages write any number of nine digits.
    {au_tfn, "9", place::named, is_au_tfn}, {au_tfn, "3 3 3", place::named, is_au_tfn}, {au_tfn, "3-3-3", place::named, is_au_tfn},
    {ca_sin, "3-3-3", place::alone, is_ca_sin}, {ca_sin, "9", place::named, is_ca_sin}, {ca_sin, "3 3 3", place::named, is_ca_sin},
};

constexpr std::size_t groups_max = 7;

// A form, taken apart.
struct shape {
  const number_shape* of;
  std::array<std::uint8_t, groups_max> lengths{};
  std::array<char, groups_max> separators{};   // before the group; [0] is 0
  std::size_t groups = 0;
};

shape taken_apart(const number_shape& of) {
  shape made{.of = &of};
  for (const char c : of.form) {
    if (is_digit(c)) {
      made.groups = std::max<std::size_t>(made.groups, 1);
      auto& length = made.lengths[made.groups - 1];
      length = static_cast<std::uint8_t>(length * 10 + (c - '0'));
    } else {
      made.separators[made.groups++] = c;
    }
  }
  return made;
}

constexpr std::size_t length_max = 19;

// By the length of their first group.
const std::array<std::vector<shape>, length_max + 1>& shapes() {
  static const auto made = [] {
    std::array<std::vector<shape>, length_max + 1> sorted;
    for (const auto& one : all_shapes) {
      auto apart = taken_apart(one);
      sorted[apart.lengths[0]].push_back(apart);
    }
    return sorted;
  }();
  return made;
}

bool fits(const shape& form, std::span<const digit_group> groups) {
  if (groups.size() < form.groups) return false;
  for (std::size_t i = 1; i < form.groups; ++i)
    if (groups[i].length != form.lengths[i] || groups[i].before != form.separators[i]) return false;
  return true;
}

// Whether the separator leads on to more of the same number. Behind a blank, a group of one or two digits is a number of its own, as in:
// page 12 2345 6789 0124. A group that is not there stands beyond those that were read.
bool leads_on(char by, char same, const digit_group* to) {
  constexpr std::size_t own_number_max = 2;
  return by == same && (by != ' ' || !to || to->length > own_number_max);
}

// A number in one piece is not alone where a point leads to digits: it is a part of a decimal fraction or of a version.
bool is_alone(const shape& form, std::span<const digit_group> all, std::size_t first) {
  const auto last = first + form.groups - 1;
  const char leading = form.groups > 1 ? form.separators[1] : '.';
  const char trailing = form.groups > 1 ? form.separators[form.groups - 1] : '.';
  return !leads_on(all[first].before, leading, first > 0 ? &all[first - 1] : nullptr) &&
         !leads_on(all[last].after, trailing, last + 1 < all.size() ? &all[last + 1] : nullptr);
}

bool is_ipv4(std::string_view text, std::span<const digit_group> groups) {
  if (groups.size() < 4 || groups[0].before == '.' || groups[3].after == '.') return false;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& group = groups[i];
    if (group.length > 3 || (i > 0 && group.before != '.')) return false;
    int number = 0;
    for (std::size_t k = 0; k < group.length; ++k) number = number * 10 + (text[group.begin + k] - '0');
    if (number > 255) return false;
  }
  return true;
}

std::size_t digits_in(std::span<const digit_group> groups) {
  std::size_t count = 0;
  for (const auto& group : groups) count += group.length;
  return count;
}

bool has_one_separator(std::span<const digit_group> groups) {
  return std::all_of(groups.begin() + 1, groups.end(), [&](const auto& group) { return group.before == groups[1].before; });
}

// Groups that the table does not know, as in 4111 111111 111111. Groups of three are how any large number is written.
bool is_oddly_grouped_card(std::string_view text, std::span<const digit_group> groups) {
  constexpr std::size_t groups_of_card_max = 6;
  const auto count = digits_in(groups);
  if (groups.size() < 2 || groups.size() > groups_of_card_max || count < 13 || count > 19 || !has_one_separator(groups)) return false;
  if (groups[1].before != ' ' && groups[1].before != '-') return false;
  const auto leading = groups.first(groups.size() - 1);
  if (std::any_of(leading.begin(), leading.end(), [](const auto& group) { return group.length < 3; })) return false;
  if (std::all_of(groups.begin(), groups.end(), [](const auto& group) { return group.length == 3; })) return false;
  return is_payment_card(joined_digits(text, groups));
}

// 0 and an area, as in 020 7123 4567 or 06 12 34 56 78: outside of telephone numbers few groups of digits begin with one 0.
bool is_national_phone(std::string_view text, std::span<const digit_group> groups) {
  const auto count = digits_in(groups);
  if (groups.size() < 2 || groups.size() > 5 || count < 9 || count > 11 || !has_one_separator(groups)) return false;
  const auto& area = groups.front();
  if (area.length < 2 || area.length > 5 || text[area.begin] != '0' || text[area.begin + 1] == '0') return false;
  // 3-2-4 and 5-4 are numbers of the United States, social security and postal.
  if ((groups.size() == 3 && groups[1].length == 2) || (groups.size() == 2 && groups[1].length == 4)) return false;
  return groups[1].before != ':' && groups[1].before != '_' && groups.back().length >= 2;
}

bool is_named_phone(std::span<const digit_group> groups) {
  constexpr std::size_t groups_of_phone_max = 7;
  const auto count = digits_in(groups);
  return count >= 7 && count <= 15 && groups.size() <= groups_of_phone_max;
}

}  // namespace

void match_shapes(std::string_view text, std::span<const digit_group> groups, std::size_t first, context_words& words, findings& found) {
  const auto from = groups.subspan(first);
  if (found.seeks(ip) && is_ipv4(text, from)) found.found(ip);
  if (from.front().length > length_max) return;
  for (const auto& form : shapes()[from.front().length]) {
    const auto& of = *form.of;
    if (!found.seeks(of.which) || !fits(form, from)) continue;
    if (of.where != place::anywhere && !is_alone(form, groups, first)) continue;
    if (!of.is(joined_digits(text, from.first(form.groups)))) continue;
    if (of.where != place::named || words.precede(from.front().begin, of.which)) found.found(of.which);
  }
}

void match_whole(std::string_view text, std::span<const digit_group> groups, context_words& words, findings& found) {
  if (found.seeks(payment_card) && is_oddly_grouped_card(text, groups)) found.found(payment_card);
  if (!found.seeks(phone)) return;
  if (is_national_phone(text, groups) || (is_named_phone(groups) && words.precede(groups.front().begin, phone))) found.found(phone);
}

}  // namespace sallyport::policy::privacy
