#include "proxy/stages/identify.hpp"

#include "proxy/stages/client_address.hpp"

namespace sallyport::stages {
namespace {

constexpr std::size_t key_bytes_max = 1024;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view bearer(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer";
  if (authorization.size() <= scheme.size() || !same_name(authorization.substr(0, scheme.size()), scheme)) return {};
  if (authorization[scheme.size()] != ' ') return {};
  return trimmed(authorization.substr(scheme.size()));
}

std::string_view key_in(const header_list& headers) {
  if (const auto key = bearer(headers.get("authorization")); !key.empty()) return key;
  if (const auto key = trimmed(headers.get("x-api-key")); !key.empty()) return key;
  return trimmed(headers.get("api-key"));
}

caller owner_of(std::string_view key, const who_knows& known) {
  if (const auto* configured = known.keys.find(key)) return *configured;
  return known.stored && !known.stored->is_empty() ? known.stored->find(key, known.settings) : caller{};
}

/// Why a known key may not be used now and from there, for the log; empty when it may.
std::string unusable(const caller& owner, std::string_view address, wall_time now) {
  const auto& key = *owner.key;
  const std::string name = "key " + key.name + " of team " + owner.team->name;
  if (key.expires && now >= *key.expires) return name + " has expired";
  if (!key.networks.empty() && !lies_in(address, key.networks)) return name + " came from outside its networks";
  return {};
}

}  // namespace

result<caller> identify(const header_list& headers, const who_knows& known, std::string_view address, wall_time now) {
  if (known.keys.is_open()) return caller{};
  const auto key = key_in(headers);
  if (key.empty()) return fail(failure_kind::key_missing);
  if (key.size() > key_bytes_max) return fail(failure_kind::key_invalid);
  auto owner = owner_of(key, known);
  if (!owner.key) return fail(failure_kind::key_invalid);
  if (auto why = unusable(owner, address, now); !why.empty()) return fail(failure_kind::key_invalid, std::move(why));
  return owner;
}

}  // namespace sallyport::stages
