#include "proxy/stages/served_by.hpp"

#include <algorithm>
#include <string>

namespace sallyport::stages {

void add_warnings(header_list& to, const std::vector<warning>& all) {
  constexpr std::size_t most = 32;
  const auto add = [&to](const warning& one) { to.add_if_fit("x-sallyport-warning", written(one)); };
  std::for_each(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), most)), add);
  if (all.size() > most) add({.how = severity::warn, .field = "...", .reason = std::to_string(all.size() - most) + " more"});
}

void add_served_by(header_list& to, const config::deployment& served, std::size_t attempts) {
  to.add_if_fit("x-sallyport-served-by", served.at->name + "/" + served.model);
  to.add_if_fit("x-sallyport-class", name_of(served.at->runs_as));
  to.add_if_fit("x-sallyport-attempts", std::to_string(attempts));
}

std::string judgement_of(const facts& known) {
  if (known.sensitivity == data_class::public_) return {};
  return std::string(name_of(known.sensitivity)) + "; raised-by=\"" + known.raised_by + "\"";
}

}  // namespace sallyport::stages
