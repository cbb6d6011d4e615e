#pragma once
/// National numbers of digits alone: whether these digits can be one. Each takes as many digits as its scheme has; the sources are the
/// authorities' own pages on how the check digit is reckoned.

#include "proxy/policy/privacy/check_digits.hpp"

namespace sallyport::policy::privacy {

/// 9: area, group and serial as the Social Security Administration gives them out, without the numbers that advertisements made known.
bool is_us_ssn(digits of);
/// 10, modulus 11 (NHS data dictionary).
bool is_uk_nhs(digits of);
/// 11, ISO 7064 mod 11,10 (Bundeszentralamt für Steuern); the first is not 0.
bool is_de_tax_id(digits of);
/// The same, and among the first ten one digit stands twice or three times: what every number given out does.
bool is_strict_de_tax_id(digits of);
/// 15: sex, year, month, department or country, town, serial, and the key 97 - n mod 97 (INSEE).
bool is_fr_nir(digits of);
/// The same, with the sex of a settled number: 1 or 2.
bool is_settled_fr_nir(digits of);
/// 9, the eleven test (Rijksdienst voor Identiteitsgegevens).
bool is_nl_bsn(digits of);
/// 11: check digit, and a date of birth whose month tells the century.
bool is_pl_pesel(digits of);
/// 10 or 12 (with the century): Luhn over the last ten, and a date; 60 is added to the day of a coordination number (Skatteverket).
bool is_se_personal_number(digits of);
/// 11, two check digits (Receita Federal), not all equal.
bool is_br_cpf(digits of);
/// 12, Verhoeff; the first is 2 to 9 (UIDAI).
bool is_in_aadhaar(digits of);
/// 9, weights 1 4 3 7 5 8 6 9 10, modulus 11 (Australian Taxation Office).
bool is_au_tfn(digits of);
/// 9, Luhn; the first is neither 0 nor 8 (Service Canada).
bool is_ca_sin(digits of);
/// The same, and the last four are no time of day: 202403151230 is more often a minute than a person.
bool is_timeless_se_personal_number(digits of);
/// 10, or 11 with the country's 1: area code and exchange begin with 2 to 9, and the exchange is no service code (North American Numbering
/// Plan).
bool is_nanp_phone(digits of);
/// 11: 13 to 19 come first (China's mobile networks).
bool is_cn_mobile(digits of);

}  // namespace sallyport::policy::privacy
