#include "proxy/stages/list_models.hpp"

#include "proxy/stages/find_model.hpp"

#include <boost/json/object.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdio>

namespace sallyport::stages {
namespace {

/// 2026-11-27T12:00:00Z
std::string written_time(std::int64_t seconds) {
  const std::chrono::sys_seconds at{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

/// OpenAI's members and Anthropic's: the SDKs of both read the same list.
boost::json::object row(const std::string& name, std::int64_t created) {
  return {{"id", name},      {"object", "model"},    {"created", created},
          {"owned_by", "sallyport"}, {"type", "model"}, {"display_name", name}, {"created_at", written_time(created)}};
}

}  // namespace

std::string list_models(const config::settings& settings, const caller& who, std::int64_t created) {
  boost::json::array rows;
  for (const auto& name : visible_models(settings, who)) rows.push_back(row(name, created));
  const auto id_of = [&](bool first) { return rows.empty() ? boost::json::value() : (first ? rows.front() : rows.back()).at("id"); };
  auto first = id_of(true), last = id_of(false);
  return boost::json::serialize(boost::json::object{
      {"object", "list"}, {"data", std::move(rows)}, {"has_more", false}, {"first_id", std::move(first)}, {"last_id", std::move(last)}});
}

result<std::string> show_model(const config::settings& settings, const caller& who, const std::string& name, std::int64_t created) {
  auto found = find_model(settings, who, name);
  if (found.has_error()) return std::move(found).error();
  return boost::json::serialize(row(name, created));
}

}  // namespace sallyport::stages
