/// docs/metrics.md and the exposition against each other, and both against Prometheus' own tool.

#include "tests/proxy/observe/office.hpp"
#include "tests/support/corpora.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace sallyport::observe::tests;
using sallyport::tests::whole_file;

namespace {

std::string page() { return whole_file(sallyport::tests::source_dir() / "docs" / "metrics.md"); }

std::string exposition() {
  office of;
  fill(of);
  return of.counted.expose();
}

std::vector<std::string> queries_of(const std::string& text) {
  const std::string begin = "```promql\n", end = "```\n";
  std::vector<std::string> all;
  for (std::size_t at = 0; (at = text.find(begin, at)) != std::string::npos;) {
    at += begin.size();
    const auto behind = text.find(end, at);
    all.push_back(text.substr(at, behind - at));
    at = behind + end.size();
  }
  return all;
}

std::string rules_of(const std::vector<std::string>& queries) {
  std::string rules = "groups:\n- name: page\n  rules:\n";
  for (std::size_t i = 0; i < queries.size(); ++i) {
    rules += "  - record: page:query:" + std::to_string(i) + "\n    expr: |\n";
    std::istringstream lines(queries[i]);
    for (std::string line; std::getline(lines, line);) rules += "      " + line + "\n";
  }
  return rules;
}

bool promtool_is_here(const char* what) {
  if (std::system("promtool --version >/dev/null 2>&1") == 0) return true;
  sallyport::tests::say_skipped((std::string("promtool (Debian package prometheus) is not installed: it did not check ") + what).c_str());
  return false;
}

struct verdict {
  int status = 0;
  std::string said;
};

/// What promtool says of that text; `command` has the file's name in place of FILE.
verdict promtool(std::string command, const std::string& text) {
  const auto path = (std::filesystem::temp_directory_path() / ("sallyport_promtool_" + std::to_string(::getpid()))).string();
  std::ofstream(path) << text;
  command.replace(command.find("FILE"), 4, path);
  verdict made;
  made.status = std::system(("promtool " + command + " >" + path + ".said 2>&1").c_str());
  made.said = whole_file(path + ".said");
  std::filesystem::remove(path);
  std::filesystem::remove(path + ".said");
  return made;
}

}  // namespace

TEST_CASE("every metric stands in docs/metrics.md with its type") {
  const auto text = page();
  std::istringstream lines(exposition());
  int metrics = 0;
  for (std::string hash, type, name, kind, line; std::getline(lines, line);) {
    std::istringstream words(line);
    if (!(words >> hash >> type >> name >> kind) || type != "TYPE") continue;
    ++metrics;
    CAPTURE(name);
    // The process_* metrics share a row.
    const auto row = name.starts_with("process_") ? "`" + name + "`" : "| `" + name + "` | " + kind + " |";
    CHECK(text.find(row) != std::string::npos);
  }
  CHECK(metrics >= 30);
}

TEST_CASE("every metric that docs/metrics.md names is exported") {
  const auto exported = exposition();
  const auto text = page();
  for (const std::string prefix : {"`sallyport_", "`gen_ai_client_", "`process_"}) {
    for (std::size_t at = 0; (at = text.find(prefix, at)) != std::string::npos; ++at) {
      const auto name = text.substr(at + 1, text.find('`', at + 1) - at - 1);
      CAPTURE(name);
      CHECK(exported.find("# TYPE " + name + " ") != std::string::npos);
    }
  }
}

TEST_CASE("promtool finds nothing to say about the exposition") {
  if (!promtool_is_here("the exposition")) return;
  const auto found = promtool("check metrics <FILE", exposition());
  CHECK(found.status == 0);
  CHECK(found.said == "");
}

TEST_CASE("promtool can parse every query of docs/metrics.md") {
  if (!promtool_is_here("the queries of docs/metrics.md")) return;
  const auto queries = queries_of(page());
  REQUIRE(queries.size() >= 15);
  const auto found = promtool("check rules FILE", rules_of(queries));
  CAPTURE(found.said);
  CHECK(found.status == 0);
  CHECK(found.said.find(std::to_string(queries.size()) + " rules found") != std::string::npos);
  CHECK(promtool("check rules FILE", rules_of({"sum(rate(x[5m])"})).status != 0);
}
