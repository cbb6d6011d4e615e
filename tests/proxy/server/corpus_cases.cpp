#include "tests/proxy/server/corpus_cases.hpp"

#include "adapters/words/header_list.hpp"
#include "tests/support/corpora.hpp"

#include <boost/json.hpp>

namespace sallyport::tests {
namespace {

namespace json = boost::json;

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(at, 2)),
      nullptr, 16)));
  return bytes;
}

json::array cases_in(const char* file) {
  const auto folder = corpora();
  if (!folder) return {};
  return json::parse(whole_file(*folder / file)).as_array();
}

std::string text(const json::value& of, const char* key) {
  const auto* found = of.as_object().if_contains(key);
  return found && found->is_string() ? std::string(found->as_string()) : std::string();
}

}  // namespace

std::vector<desync_case> desync_cases() {
  std::vector<desync_case> cases;
  for (const auto& one : cases_in("http-desync-guardian/cases.json"))
    cases.push_back({text(one, "name"), text(one, "tier"), from_hex(text(one, "hex"))});
  return cases;
}

std::vector<llhttp_case> llhttp_requests() {
  std::vector<llhttp_case> cases;
  for (const auto& one : cases_in("llhttp/cases.json")) {
    if (text(one, "type") != "request") continue;
    const auto& errors = one.at("errors").as_array();
    cases.push_back({text(one, "title"), text(one, "file"), from_hex(text(one, "input_hex")), one.at("expect_error").as_bool(),
                     errors.empty() ? std::string() : text(errors[0], "reason")});
  }
  return cases;
}

std::string with_host(std::string_view request) {
  const auto head = request.substr(0, request.find("\r\n\r\n"));
  const auto line_end = head.find("\r\n");
  for (std::size_t at = line_end; at != std::string_view::npos; at = head.find("\r\n", at + 2))
    if (same_name(head.substr(at + 2, 5), "host:")) return std::string(request);
  if (request.find("\r\n") == std::string_view::npos) return std::string(request);
  const auto first_line = request.substr(0, request.find("\r\n") + 2);
  return std::string(first_line) + "Host: corpus.test\r\n" + std::string(request.substr(first_line.size()));
}

}  // namespace sallyport::tests
