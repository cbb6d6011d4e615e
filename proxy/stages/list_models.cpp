#include "proxy/stages/list_models.hpp"

#include "proxy/stages/find_model.hpp"

#include <boost/json/object.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace sallyport::stages {
namespace {

boost::json::object row(const std::string& name, std::int64_t created) {
  return {{"id", name}, {"object", "model"}, {"created", created}, {"owned_by", "sallyport"}};
}

}  // namespace

std::string list_models(const config::settings& settings, const caller& who, std::int64_t created) {
  boost::json::array rows;
  for (const auto& name : visible_models(settings, who)) rows.push_back(row(name, created));
  return boost::json::serialize(boost::json::object{{"object", "list"}, {"data", std::move(rows)}});
}

result<std::string> show_model(const config::settings& settings, const caller& who, const std::string& name, std::int64_t created) {
  auto found = find_model(settings, who, name);
  if (found.has_error()) return std::move(found).error();
  return boost::json::serialize(row(name, created));
}

}  // namespace sallyport::stages
