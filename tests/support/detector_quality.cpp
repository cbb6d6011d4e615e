#include "tests/support/detector_quality.hpp"

#include "tests/support/detections.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iterator>

namespace sallyport::tests {
namespace {

bool is_weak(const boost::json::object& params) {
  const auto* ranges = params.if_contains("expected_score_ranges");
  if (!ranges || !ranges->is_array() || ranges->get_array().empty()) return false;
  return std::all_of(ranges->get_array().begin(), ranges->get_array().end(), [](const boost::json::value& range) {
    const auto* most = range.is_array() ? range.get_array().at(1).if_double() : nullptr;  // or the word "max"
    return most && *most <= 0.4;
  });
}

}  // namespace

std::vector<labelled_text> presidio_cases(std::istream& lines) {
  std::vector<labelled_text> all;
  for (std::string line; std::getline(lines, line);) {
    const auto parsed = boost::json::parse(line);
    const auto& one = parsed.as_object();
    const auto& params = one.at("params").as_object();
    const auto* text = params.if_contains("text") ? params.if_contains("text") : params.if_contains("iban");
    const auto* count = params.if_contains("expected_len");
    if (!text || !count) continue;
    const bool is_phone = one.at("file").as_string() == "test_phone_recognizer.py";
    if (!is_phone && !one.at("entity").is_string()) continue;
    const std::string entity = is_phone ? "PHONE_NUMBER" : std::string(one.at("entity").as_string());
    all.push_back({entity, std::string(text->as_string()), count->as_int64() > 0, is_weak(params)});
  }
  return all;
}

std::vector<labelled_text> generated_sentences(std::istream& file) {
  std::vector<labelled_text> all;
  const auto sentences = boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
  for (const auto& one : sentences.as_array()) {
    std::vector<std::string> held;
    for (const auto& span : one.at("spans").as_array()) held.emplace_back(span.at("entity_type").as_string());
    for (const std::string entity : {"CREDIT_CARD", "IBAN_CODE", "EMAIL_ADDRESS", "IP_ADDRESS", "US_SSN", "PHONE_NUMBER"})
      all.push_back(
          {entity, std::string(one.at("full_text").as_string()), std::find(held.begin(), held.end(), entity) != held.end(), false});
  }
  return all;
}

quality judge(const judged& which, const std::vector<labelled_text>& texts) {
  quality of;
  for (const auto& one : texts) {
    if (one.entity != which.entity) continue;
    const bool found = is_found(which.detector, one.text);
    if (!one.holds) {
      ++of.without;
      of.false_alarms += found ? 1 : 0;
      continue;
    }
    const bool named = found || is_found(which.detector, std::string(which.word) + one.text);
    ++of.holding;
    of.found += found ? 1 : 0;
    of.found_beside_word += named ? 1 : 0;
    of.weak_found += found || (one.weak && named) ? 1 : 0;
  }
  return of;
}

}  // namespace sallyport::tests
