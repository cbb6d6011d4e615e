/// detectors_bench [MEGABYTES]: how fast all built-in detectors together look through a text, ordinary and hostile.
///   cmake --preset release -B build/release-bench -DSALLYPORT_TESTS=ON && cmake --build build/release-bench --target detectors_bench
///   build/release-bench/tests/proxy/policy/privacy/detectors_bench

#include "proxy/policy/privacy/detectors.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace sallyport;
using namespace sallyport::policy::privacy;

namespace {

constexpr int rounds = 5;

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::shared_ptr<const detectors> all() {
  std::vector<std::string> names;
  for (const auto& one : config::detector_names) names.emplace_back(one.name);
  return detectors::make(std::move(names), {}).value();
}

/// A text of parts by dice. In a part 9 is any digit and ? any capital letter.
struct recipe {
  const char* name;
  std::vector<std::string_view> parts;
};

std::string cook(const recipe& of, std::size_t bytes) {
  std::mt19937 dice(1);
  std::string text;
  while (text.size() < bytes)
    for (const char c : of.parts[dice() % of.parts.size()])
      text += c == '9' ? static_cast<char>('0' + dice() % 10) : c == '?' ? static_cast<char>('A' + dice() % 26) : c;
  return text;
}

const recipe ordinary[] = {
    {"English prose", {"the ",      "quarterly ", "report, ", "which ",   "is ",         "about ",      "people. ", "In ",
                       "2024 ",     "had ",       "a ",       "of ",      "it's ",       "well-known ", "(see: ",   "12.5 ",
                       "percent) ", "between ",   "and ",     "without ", "customers' ", "to ",         "revenue\n"}},
    {"German prose",
     {"die ", "für ", "Überblick, ", "ist ", "schön ", "über ", "Straße. ", "Im ", "2024 ", "hatte ", "„ein“ ", "von ", "Menschen ",
      "und "}},
    {"Russian prose", {"это ", "отчёт ", "который ", "люди. ", "и ", "в "}},
    {"Chinese prose", {"这", "是", "一", "个", "报", "告", "，", "的", "人们", "。"}},
    {"JSON", {"{\"id\": 99999, ", "\"name\": \"Report\", ", "\"items\": [9, 9.99, 999], ", "\"at\": \"2024-09-09T09:09:09Z\"},\n"}},
    {"program",
     {"  if (value == nullptr) return std::nullopt;\n", "for (int i = 0; i < 99; ++i) {\n", "a::b(x->y);\n", "}\n",
      "// see RFC 9999, 9.9.9\n"}},
    {"base64", {"aGVs", "bG8g", "d29y", "+x/9", "kQ2z", "Zk1T"}},
};

// What each scanner has most to do with and finds little in: a rule that was found is not looked for again.
const recipe hostile[] = {
    {"digits and dashes", {"9", "-", " ", "."}},
    {"digits and dashes, nothing found", {"01-", "00 ", "0001.", "00-", "0 "}},
    {"single digits", {"1 ", "2-", "3."}},
    {"cards that are none", {"4111 1111 1111 1112 ", "4111111111111112 "}},
    {"nine digits", {"999999999,"}},
    {"numbers that lack a word", {"100000769,"}},
    {"3 3 3", {"999 999 999,"}},
    {"words and digits", {"?9 ", "99? "}},
    {"accounts that are none", {"DE89 ", "SC12 ????9999 ", "GB00 "}},
    {"codes that are none", {"12345678A ", "??????99Z99A999A ", "AA 99 99 99 Z "}},
    {"points", {"256.", "1.2.3.", "999."}},
    {"colons", {"1:1:", "a::", ":"}},
    {"at-signs", {"a@", "b.c@", "@", "x"}},
    {"keys that are none", {"sk-ant-", "-sk-", "-ghp_", "AKIA-", "xoxb-"}},
    {"tokens that are none", {"-eyJ", "eyJ.eyJ", "eyJaaaaaaaaaaaaaaaa."}},
    {"dashes", {"-", "--", "-----BEGIN "}},
    {"telephones that are none", {"+1 ", "(999 ", "tel 9, ", "0 9 "}},
    {"all of these", {"9", "-", " ", "a@", "1:1:", "4111 1111 1111 1112 ", "DE89 ", "sk-", "+1 ", "12345678A ", "--", "."}},
    {"marks", {"\u0301", "\u0323", "\u0302", "\u0330"}},
    {"characters that become six", {"㌖", "㍿", "㌖"}},
    {"full width", {"４１１１ ", "１ "}},
    {"hidden", {"4\u200b", "1\u200d"}},
    {"not UTF-8", {"\xff", "\xc3"}},
};

void measure(const detectors& by, const recipe& of, std::size_t bytes) {
  const auto text = cook(of, bytes);
  const std::string_view view = text;
  double best = 1e9;
  std::size_t found = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto began = seconds();
    const auto verdict = by.scan({&view, 1}, {.bytes = 1u << 30, .expired = [] { return false; }});
    best = std::min(best, seconds() - began);
    if (!verdict.is_complete()) std::abort();
    found = verdict.found.size();
  }
  std::printf("| %s | %.0f | %zu |\n", of.name, static_cast<double>(text.size()) / best / 1e6, found);
}

double microseconds(const detectors& by, std::size_t bytes) {
  constexpr int times = 2'000;
  const auto text = cook(ordinary[0], bytes).substr(0, bytes);
  const std::string_view view = text;
  double best = 1e9;
  for (int i = 0; i < rounds; ++i) {
    const auto began = seconds();
    for (int k = 0; k < times; ++k)
      if (!by.scan({&view, 1}, {.bytes = 1u << 20, .expired = {}}).is_complete()) std::abort();
    best = std::min(best, (seconds() - began) / times * 1e6);
  }
  return best;
}

}  // namespace

int main(int count, char** arguments) {
  const std::size_t bytes = (count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 4) << 20;
  const auto by = all();
  std::printf("%zu detectors, %zu MiB of each text, the best of %d rounds\n\n| text | MB/s | rules found |\n|---|---|---|\n", by->size(),
              bytes >> 20, rounds);
  for (const auto& one : ordinary) measure(*by, one, bytes);
  for (const auto& one : hostile) measure(*by, one, bytes);
  std::printf("\na prompt of 4 KiB: %.1f us; of 256 bytes: %.2f us\n", microseconds(*by, 4096), microseconds(*by, 256));
  return 0;
}
