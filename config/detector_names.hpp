#pragma once
/// The closed list of built-in detectors of protected data: by which name a configuration asks for each, and what it finds.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport::config {

enum class detector : std::uint8_t {
  payment_card, iban, email, phone, ip, us_ssn, private_key, api_key, jwt,
  uk_nhs, uk_nino, de_tax_id, fr_nir, es_nif, it_fiscal_code, nl_bsn, pl_pesel, se_personal_number, br_cpf, in_aadhaar, au_tfn, ca_sin,
};

struct detector_name {
  std::string_view name;
  std::string_view sentence;   ///< for the reference page and the schema
};

/// In the order of the enumeration. docs/detectors.md has what each does not cover.
inline constexpr std::array<detector_name, 22> detector_names{{
    {"payment_card", "Card numbers of 13 to 19 digits, alone or in groups, of a known issuer and with a right check digit."},
    {"iban", "Bank account numbers of the countries in the IBAN registry, with the right length, form and check digits."},
    {"email", "E-mail addresses."},
    {"phone", "Telephone numbers: international ones, those of North America, and others beside a word such as tel or mobile."},
    {"ip", "IP addresses, version 4 and version 6."},
    {"us_ssn", "Social Security numbers of the United States that can have been issued; nine bare digits only beside a word that says so."},
    {"private_key", "Private keys: the first line of PEM, OpenSSH, PGP and PuTTY files, also in base64, and age keys."},
    {"api_key", "Keys of model vendors, clouds and code hosts, by the form that each gives its keys, and this gateway's own."},
    {"jwt", "Signed and unsigned JSON Web Tokens."},
    {"uk_nhs", "NHS numbers of the United Kingdom: check digit, and a word that says so unless written 3 3 4."},
    {"uk_nino", "National Insurance numbers of the United Kingdom: by their form alone, since they have no check digit."},
    {"de_tax_id", "German tax identification numbers: check digit, and a word that says so unless written 2 3 3 3."},
    {"fr_nir", "French social security numbers with their key, those of Corsica included."},
    {"es_nif", "Spanish identity numbers of persons (DNI, NIE, and NIF with K, L or M): check letter."},
    {"it_fiscal_code", "Italian fiscal codes of persons: form and check letter."},
    {"nl_bsn", "Dutch citizen service numbers: check digit, and a word that says so unless written 4.2.3."},
    {"pl_pesel", "Polish PESEL numbers: check digit, a possible date of birth, and a word that says so."},
    {"se_personal_number", "Swedish personal and coordination numbers: check digit and date; ten bare digits only beside a word for it."},
    {"br_cpf", "Brazilian CPF numbers: both check digits, and a word that says so unless written 3.3.3-2."},
    {"in_aadhaar", "Indian Aadhaar numbers: check digit, and a word that says so unless written 4 4 4."},
    {"au_tfn", "Australian tax file numbers: check digit, and a word that says so."},
    {"ca_sin", "Canadian social insurance numbers: check digit, and a word that says so unless written 3-3-3."},
}};

inline constexpr std::size_t detector_count = detector_names.size();
static_assert(detector_count == static_cast<std::size_t>(detector::ca_sin) + 1);

constexpr std::string_view name_of(detector which) { return detector_names[static_cast<std::size_t>(which)].name; }

constexpr std::optional<detector> detector_named(std::string_view name) {
  for (std::size_t i = 0; i < detector_count; ++i)
    if (detector_names[i].name == name) return static_cast<detector>(i);
  return std::nullopt;
}

}  // namespace sallyport::config
