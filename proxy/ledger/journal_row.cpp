#include "proxy/ledger/journal_row.hpp"

namespace sallyport::ledger {
namespace {

constexpr std::string_view prefix = "req_";
constexpr std::string_view digits = "0123456789abcdef";

}  // namespace

request_uuid request_uuid_of(std::string_view request_id) {
  if (!request_id.starts_with(prefix)) return {};
  request_id.remove_prefix(prefix.size());
  request_uuid id{};
  if (request_id.size() != 2 * id.size()) return {};
  for (std::size_t i = 0; i < id.size(); ++i) {
    const auto high = digits.find(request_id[2 * i]);
    const auto low = digits.find(request_id[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return {};
    id[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return id;
}

std::string request_id_of(const request_uuid& id) {
  std::string text(prefix);
  for (const auto byte : id) {
    text += digits[byte >> 4];
    text += digits[byte & 0x0f];
  }
  return text;
}

}  // namespace sallyport::ledger
