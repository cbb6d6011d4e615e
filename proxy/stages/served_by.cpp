#include "proxy/stages/served_by.hpp"

namespace sallyport::stages {

void add_served_by(header_list& to, const config::deployment& served, std::size_t attempts) {
  to.add_if_fit("x-sallyport-served-by", served.at->name + "/" + served.model);
  to.add_if_fit("x-sallyport-class", name_of(served.at->runs_as));
  to.add_if_fit("x-sallyport-attempts", std::to_string(attempts));
}

std::string decimal_usd(nano_usd amount) {
  const bool negative = amount < 0;
  const auto magnitude = negative ? 0 - static_cast<std::uint64_t>(amount) : static_cast<std::uint64_t>(amount);
  std::string fraction = std::to_string(magnitude % nano_per_usd);
  fraction.insert(0, 9 - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  std::string text = (negative ? "-" : "") + std::to_string(magnitude / nano_per_usd);
  return fraction.empty() ? text : text + "." + fraction;
}

}  // namespace sallyport::stages
