#include "proxy/stages/served_by.hpp"

#include <string>

namespace sallyport::stages {

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
