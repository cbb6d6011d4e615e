#include "proxy/commands/import_prices.hpp"
#include "config/price_list.hpp"
#include "proxy/commands/exit_code.hpp"
#include "tests/support/corpora.hpp"
#include "tests/support/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace sallyport;
using tests::whole_file;

namespace {

const std::chrono::sys_days today = std::chrono::year(2026) / 11 / 26;

/// A list of LiteLLM's with so many models of OpenAI and one image model.
std::string litellm_list(int models) {
  std::string made = "{\"image\": {\"litellm_provider\": \"openai\", \"mode\": \"image_generation\"}";
  for (int i = 0; i < models; ++i)
    made += ", \"model-" + std::to_string(i) +
            "\": {\"litellm_provider\": \"openai\", \"mode\": \"chat\", \"input_cost_per_token\": 1e-06, \"output_cost_per_token\": 2e-06}";
  return made + "}";
}

/// One import in a folder of its own.
class importing {
 public:
  int run(const std::string& theirs, commands::import_options options) {
    std::ofstream(folder_ / "theirs.json") << theirs;
    options.file = folder_ / "theirs.json";
    if (!options.out.empty()) options.out = folder_ / options.out;
    out_.str("");
    said_.str("");
    return commands::import_prices(options, today, out_, said_);
  }
  std::string ours() const { return whole_file(folder_ / "ours.yaml"); }
  void put_ours(const std::string& text) const { std::ofstream(folder_ / "ours.yaml") << text; }
  std::string out() const { return out_.str(); }
  bool said(const std::string& part) const { return said_.str().find(part) != std::string::npos; }

 private:
  tests::scratch_folder folder_;
  std::ostringstream out_, said_;
};

}  // namespace

TEST_CASE("an import writes a file that loads, names its version and says what was skipped and why") {
  importing one;
  CHECK(one.run(litellm_list(2), {.out = "ours.yaml"}) == commands::done);
  const auto read = config::load_prices(one.ours(), "ours.yaml", config::real_surroundings());
  REQUIRE(read.value);
  CHECK(read.value->rows.size() == 2);
  CHECK(read.value->version.starts_with("litellm-2026-11-26-"));
  CHECK(one.said("Prices of 2 models, version " + read.value->version));
  CHECK(one.said("  2: openai\n"));
  CHECK(one.said("Skipped:\n  1: it is no model of texts or embeddings\n"));
  CHECK(one.out().empty());
}

TEST_CASE("two lists of one day have two versions") {
  importing one;
  one.run(litellm_list(2), {});
  const auto first = one.out();
  one.run(litellm_list(3), {});
  const auto version = [](const std::string& file) { return file.substr(file.find("version:"), 50); };
  CHECK(version(first).find("litellm-2026-11-26-") != std::string::npos);
  CHECK(version(first) != version(one.out()));
}

TEST_CASE("without --out the file goes to standard output and the report does not") {
  importing one;
  CHECK(one.run(litellm_list(1), {.format = "litellm"}) == commands::done);
  CHECK(one.out().find("model-0: {input: 1, output: 2}\n") != std::string::npos);
  CHECK(one.said("Prices of 1 models"));
}

TEST_CASE("a list that lost more than a tenth of its models replaces nothing, unless it is forced") {
  importing one;
  REQUIRE(one.run(litellm_list(20), {.out = "ours.yaml"}) == commands::done);
  const auto before = one.ours();
  CHECK(one.run(litellm_list(17), {.out = "ours.yaml"}) == commands::failed);
  CHECK(one.said("has prices of 20 models, the new list of 17 only"));
  CHECK(one.ours() == before);
  CHECK(one.run(litellm_list(18), {.out = "ours.yaml"}) == commands::done);
  CHECK(one.run(litellm_list(1), {.out = "ours.yaml", .force = true}) == commands::done);
  CHECK(one.ours() != before);
}

TEST_CASE("a file that is no price file is not overwritten, unless it is forced") {
  importing one;
  one.put_ours("version: 1\nproviders: {}\n");
  CHECK(one.run(litellm_list(2), {.out = "ours.yaml"}) == commands::failed);
  CHECK(one.said("is there and is no price file"));
  CHECK(one.ours() == "version: 1\nproviders: {}\n");
  CHECK(one.run(litellm_list(2), {.out = "ours.yaml", .force = true}) == commands::done);
}

TEST_CASE("bad input gets a reason and changes nothing") {
  importing one;
  one.put_ours("old");
  for (const auto& [theirs, why] : {std::pair("{\"a\": ", "is not JSON: "), std::pair("<html>", "both are JSON"), std::pair("", "is empty"),
                                    std::pair("{\"error\": {\"message\": \"not found\"}}", "holds no price that could be taken")}) {
    CHECK(one.run(theirs, {.out = "ours.yaml", .force = true}) == commands::failed);
    CHECK_MESSAGE(one.said(why), theirs);
  }
  CHECK(one.run(litellm_list(2), {.format = "genai-prices", .out = "ours.yaml", .force = true}) == commands::failed);
  CHECK(one.ours() == "old");
  std::ostringstream out, said;
  CHECK(commands::import_prices({.file = "/no/such/file"}, today, out, said) == commands::failed);
  CHECK(said.str() == "'/no/such/file' cannot be read.\n");
}
