#include "proxy/policy/privacy/detectors.hpp"

#include "proxy/policy/privacy/credential_scanner.hpp"
#include "proxy/policy/privacy/digit_scanner.hpp"
#include "proxy/policy/privacy/email_scanner.hpp"
#include "proxy/policy/privacy/ipv6_scanner.hpp"
#include "proxy/policy/privacy/normal_text.hpp"
#include "proxy/policy/privacy/number_shapes.hpp"
#include "proxy/policy/privacy/pace.hpp"

#include <algorithm>

namespace sallyport::policy::privacy {
namespace {

constexpr detector_set of_digit_scanner = [] {
  auto all = of_digits;
  for (const auto which : {detector::iban, detector::uk_nino, detector::es_nif, detector::it_fiscal_code}) all.add(which);
  return all;
}();

failure refused(std::string sentence) { return fail_with(failure_kind::invalid_request, std::move(sentence)); }

// Block after block, so that the time is asked in between. The scanners go over a block's end where something lies across it.
scan_gap scan_built_in(std::string_view text, pace& left, findings& found) {
  digit_scanner numbers(text, found);
  email_scanner emails(text, found);
  ipv6_scanner addresses(text, found);
  credential_scanner credentials(text, found);
  for (std::size_t until = 0; until < text.size() && !found.is_complete();) {
    const auto block = std::min(scan_block, text.size() - until);
    if (!left.may_go_on(block)) return scan_gap::expired;
    until += block;
    if (found.seeks_any(of_digit_scanner)) numbers.run(until);
    if (found.seeks(detector::email)) emails.run(until);
    if (found.seeks(detector::ip)) addresses.run(until);
    if (found.seeks_any(of_credentials)) credentials.run(until);
  }
  return scan_gap::none;
}

scan_gap gap_of(normalised ended) {
  switch (ended) {
    case normalised::whole: return scan_gap::none;
    case normalised::too_large: return scan_gap::too_large;
    case normalised::expired: return scan_gap::expired;
  }
  return scan_gap::none;
}

}  // namespace

result<std::shared_ptr<const detectors>> detectors::make(std::vector<std::string> names, std::vector<own_pattern> own) {
  std::vector<detector> built_in;
  for (const auto& name : names) {
    const auto which = config::detector_named(name);
    if (!which) return refused("'" + name + "' is no detector.");
    built_in.push_back(*which);
  }
  for (const auto& one : own) {
    if (config::detector_named(one.name)) return refused("The pattern '" + one.name + "' has the name of a built-in detector.");
    names.push_back(one.name);
  }
  auto sorted = names;
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
    return refused("'" + *twice + "' stands twice among the detectors.");
  auto patterns = own_patterns::make(own);
  if (patterns.has_error()) return patterns.error();
  auto made = std::shared_ptr<detectors>(new detectors(std::move(names), std::move(*patterns)));
  made->built_in_ = std::move(built_in);
  normal_text::prepare();
  return std::shared_ptr<const detectors>(std::move(made));
}

verdict detectors::scan(std::span<const std::string_view> texts, const scan_limits& limits) const {
  detector_set wanted;
  for (const auto which : built_in_) wanted.add(which);
  findings found(wanted);
  std::vector<bool> own_found(names_.size() - built_in_.size());
  pace left(limits);
  normal_text normal;
  verdict made;
  for (const auto text : texts) {
    made.overlooked = gap_of(normal.take(text, left.left(), limits.expired));
    left.use(normal.view().size());
    if (made.overlooked != scan_gap::expired) {
      auto gap = scan_built_in(normal.view(), left, found);
      if (gap == scan_gap::none) gap = own_.scan(normal.view(), left, own_found);
      if (gap != scan_gap::none) made.overlooked = gap;
    }
    if (!made.is_complete()) break;
  }
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (i < built_in_.size() ? found.all_found().has(built_in_[i]) : own_found[i - built_in_.size()])
      made.found.push_back(static_cast<rule_index>(i));
  return made;
}

}  // namespace sallyport::policy::privacy
