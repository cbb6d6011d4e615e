// Every recorded request of a chat, as a provider of each other dialect is sent it: carried, with a warning where something is left out, or
// refused by the field's name. docs/recorded-translations.md has the counts.

#include "tests/support/recorded_chats.hpp"
#include "tests/support/translated_request.hpp"
#include "tests/support/translation_tables.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>

using namespace sallyport;
using namespace sallyport::tests;

TEST_CASE("each recorded request of a chat is carried to each other dialect, or refused by a field's name") {
  if (!fixtures()) return say_skipped("no fixtures: recorded requests, translated");
  std::map<carriage, int> counts;
  for (const recording& one : recorded_chats()) {
    if (!has_request(one)) continue;
    for (std::size_t i = 0; i < dialect_names.size(); ++i) {
      const auto provider = static_cast<dialect_id>(i);
      if (provider == one.dialect) continue;
      const sent_request sent = sent_to(provider, one);
      CHECK_MESSAGE(sent.is != carriage::failed, one.name, " to ", name_of(provider), ": ", sent.reason);
      ++counts[sent.is];
      for (const warning& each : sent.warnings) CHECK(written(each).find_first_of("\"\r\n") == std::string::npos);
    }
  }
  MESSAGE("carried " << counts[carriage::whole] << ", with a warning " << counts[carriage::told]);
  MESSAGE("refused " << counts[carriage::refused] << ", failed " << counts[carriage::failed]);
  CHECK(counts[carriage::whole] + counts[carriage::told] >= 600);
}

TEST_CASE("the page of translations says what the recordings come to") {
  if (!fixtures()) return say_skipped("no fixtures: the page of translations");
  const auto page = source_dir() / "docs" / "recorded-translations.md";
  const std::string wanted = translation_page(recorded_chats());
  if (std::getenv("SALLYPORT_WRITE_TABLES")) std::ofstream(page, std::ios::binary) << wanted;
  CHECK_MESSAGE((whole_file(page) == wanted), "docs/recorded-translations.md is out of date; its head says how to write it anew");
}
