#include "proxy/stages/pass_headers.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace sallyport::stages {
namespace {

/// What an app may tell its provider in any dialect: its own idempotency key, its trace.
constexpr std::array<std::string_view, 3> for_provider{"idempotency-key", "traceparent", "tracestate"};

/// What a provider may tell the app. Its rate-limit headers are not among them: they speak of the gateway's account, not of the client.
constexpr std::array<std::string_view, 4> for_client{"content-type", "openai-version", "openai-processing-ms", "openai-model"};

header_list only(const header_list& from, std::span<const std::string_view> allowed) {
  header_list kept;
  for (const auto& [name, value] : from)
    if (std::any_of(allowed.begin(), allowed.end(), [&](std::string_view one) { return same_name(one, name); }))
      kept.add_if_fit(name, value);
  return kept;
}

}  // namespace

header_list to_provider(const header_list& of_client, std::span<const std::string_view> own) {
  auto passed = only(of_client, for_provider);
  for (const auto& [name, value] : only(of_client, own)) passed.add_if_fit(name, value);
  return passed;
}
header_list to_client(const header_list& of_provider) { return only(of_provider, for_client); }

}  // namespace sallyport::stages
