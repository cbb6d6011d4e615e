#include "proxy/server/admin_keys.hpp"

#include "config/nearest.hpp"

#include <boost/json.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

namespace sallyport::server {
namespace {

namespace json = boost::json;
using std::chrono::sys_seconds;

constexpr std::string_view root = "/admin/v1/keys";

/// What is wanted behind the root, unescaped: nothing, TEAM NAME, or TEAM NAME rotate. No value: not one of these.
using words = std::vector<std::string>;

result<words> words_of(std::string_view path) {
  const auto parsed = boost::urls::parse_origin_form(path);
  words found;
  if (parsed.has_value())
    for (const auto& segment : parsed->segments()) found.emplace_back(segment);
  if (found.size() < 3 || found.size() == 4 || found.size() > 6 || (found.size() == 6 && found[5] != "rotate"))
    return fail_with(failure_kind::unknown_path, "No such page. There are /admin/v1/keys, /admin/v1/keys/TEAM/NAME and "
                                                 "/admin/v1/keys/TEAM/NAME/rotate.");
  found.erase(found.begin(), found.begin() + 3);
  return found;
}

/// 2027-01-31T00:00:00Z
json::value text_of(const std::optional<sys_seconds>& at) {
  if (!at) return nullptr;
  const auto day = std::chrono::floor<std::chrono::days>(*at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(*at - day);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return json::string(text.data());
}

json::object shown(const ledger::listed_key& key) {
  return {{"team", key.team},
          {"name", key.name},
          {"source", key.stored ? "store" : "configuration"},
          {"created", text_of(key.created)},
          {"expires", text_of(key.expires)},
          {"revoked", text_of(key.revoked)},
          {"models", json::value_from(key.models)},
          {"networks", json::value_from(key.networks)}};
}

admin_reply minted(const ledger::minted_key& made) {
  const auto& key = made.key;
  auto body = shown({key.team, key.name, true, key.created, key.expires, key.revoked, key.models, key.networks});
  body["key"] = made.text.reveal();
  return {201, json::serialize(body)};
}

failure wrong(const std::string& field, const std::string& want) {
  return fail_with(failure_kind::invalid_request, "'" + field + "' has to be " + want + ".", field);
}

result<void> take(const std::string& field, const json::value& from, std::string& into) {
  if (!from.is_string()) return wrong(field, "a text");
  into = from.get_string();
  return {};
}

result<void> take(const std::string& field, const json::value& from, std::vector<std::string>& into) {
  if (!from.is_array()) return wrong(field, "a list of texts");
  for (const auto& item : from.get_array()) {
    if (!item.is_string()) return wrong(field, "a list of texts");
    into.emplace_back(item.get_string());
  }
  return {};
}

struct form {
  ledger::key_order order;
  std::string grace = "24h";
};

/// Reads what that request takes; `fields` are the names that it knows.
result<form> form_in(std::string_view body, const std::vector<std::string>& fields) {
  form read;
  if (body.empty()) return read;
  json::error_code error;
  const auto parsed = json::parse(body, error);
  if (error || !parsed.is_object()) return fail_with(failure_kind::invalid_json, "The body has to be one JSON object.");
  for (const auto& [key, value] : parsed.get_object()) {
    const std::string field(key);
    if (std::find(fields.begin(), fields.end(), field) == fields.end())
      return fail_with(failure_kind::invalid_request, "'" + field + "' is not known here" + config::suggestion(field, fields) + ".", field);
    auto taken = field == "team"      ? take(field, value, read.order.team)
                 : field == "name"    ? take(field, value, read.order.name)
                 : field == "expires" ? take(field, value, read.order.expires)
                 : field == "models"  ? take(field, value, read.order.models)
                 : field == "grace"   ? take(field, value, read.grace)
                                      : take(field, value, read.order.networks);
    if (taken.has_error()) return taken.error();
  }
  return read;
}

failure method_refused(std::string_view takes) {
  return fail_with(failure_kind::method_not_allowed, "This page takes " + std::string(takes) + ".");
}

}  // namespace

bool admin_keys::owns(std::string_view path) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

result<admin_reply> admin_keys::serve(const stages::request_head& head, std::string_view body) {
  const auto found = words_of(head.path);
  if (found.has_error()) return found.error();
  const auto& at = *found;
  if (at.empty() && (head.method == "GET" || head.method == "HEAD")) return list(head.query);
  if (at.empty()) return head.method == "POST" ? mint(body) : method_refused("GET and POST");
  if (at.size() == 3) return head.method == "POST" ? rotate(at[0], at[1], body) : method_refused("POST");
  return head.method == "DELETE" ? revoke(at[0], at[1]) : method_refused("DELETE");
}

result<admin_reply> admin_keys::list(std::string_view query) {
  std::string team;
  const std::string target = "/?" + std::string(query);
  if (const auto parsed = boost::urls::parse_origin_form(target); parsed.has_value())
    for (const auto& each : parsed->params())
      if (each.key == "team") team = each.value;
  const auto all = parts_.desk.list(*parts_.settings(), team);
  if (all.has_error()) return all.error();
  json::array rows;
  for (const auto& key : *all) rows.push_back(shown(key));
  return admin_reply{200, json::serialize(json::object{{"object", "list"}, {"data", std::move(rows)}})};
}

result<admin_reply> admin_keys::mint(std::string_view body) {
  const auto read = form_in(body, {"team", "name", "expires", "models", "networks"});
  if (read.has_error()) return read.error();
  const auto made = parts_.desk.mint(*parts_.settings(), read->order, parts_.now());
  if (made.has_error()) return made.error();
  parts_.changed("minted", made->key.team, made->key.name);
  return minted(*made);
}

result<admin_reply> admin_keys::rotate(const std::string& team, const std::string& name, std::string_view body) {
  auto read = form_in(body, {"grace", "expires", "models", "networks"});
  if (read.has_error()) return read.error();
  read->order.team = team;
  read->order.name = name;
  const auto made = parts_.desk.rotate(*parts_.settings(), read->order, read->grace, parts_.now());
  if (made.has_error()) return made.error();
  parts_.changed("rotated", team, name);
  return minted(*made);
}

result<admin_reply> admin_keys::revoke(const std::string& team, const std::string& name) {
  if (auto ended = parts_.desk.revoke(team, name, parts_.now()); ended.has_error()) return ended.error();
  parts_.changed("revoked", team, name);
  return admin_reply{200, json::serialize(json::object{{"team", team}, {"name", name}, {"revoked", true}})};
}

}  // namespace sallyport::server
