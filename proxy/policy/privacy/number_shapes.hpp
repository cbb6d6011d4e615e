#pragma once
/// How numbers of digits alone are written, and which of them are worth a check: one table.

#include "proxy/policy/privacy/context_words.hpp"
#include "proxy/policy/privacy/findings.hpp"
#include "proxy/policy/privacy/number_groups.hpp"

#include <cstddef>
#include <string_view>

namespace sallyport::policy::privacy {

/// The detectors that look at digits alone.
inline constexpr detector_set of_digits{detector::payment_card, detector::phone,     detector::ip,         detector::us_ssn,
                                        detector::uk_nhs,       detector::de_tax_id, detector::fr_nir,     detector::nl_bsn,
                                        detector::pl_pesel,     detector::br_cpf,    detector::in_aadhaar, detector::au_tfn,
                                        detector::ca_sin,       detector::se_personal_number};

/// Tells `found` what begins at group `first` of `groups`.
void match_shapes(std::string_view text, std::span<const digit_group> groups, std::size_t first, context_words& words, findings& found);

/// Tells `found` what all of `groups`, which are a whole number and no part of one, may be together.
void match_whole(std::string_view text, std::span<const digit_group> groups, context_words& words, findings& found);

}  // namespace sallyport::policy::privacy
