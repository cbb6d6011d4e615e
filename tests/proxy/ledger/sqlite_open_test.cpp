/// Opening a store: what is made, what is refused, and with which sentence.

#include "proxy/ledger/sqlite_store.hpp"

#include "proxy/ledger/sqlite_schema.hpp"
#include "tests/proxy/ledger/store_fixture.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;

namespace {

bool says(const std::string& sentence, const std::string& part) { return sentence.find(part) != std::string::npos; }

unsigned mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE_MESSAGE(::stat(path.c_str(), &facts) == 0, path);
  return facts.st_mode & 0777u;
}

std::string why_unreadable(const std::string& path) {
  const auto reader = read_sqlite_store(path);
  return reader ? std::string() : std::string(reader.error().client_sentence());
}

}  // namespace

TEST_CASE("a new store and its folder are their owner's alone") {
  const folder place;
  const auto path = place.file("below/further/state.db");
  const auto kept = store_at(path);
  REQUIRE(kept->take({}, "j", 1).has_value());
  CHECK(mode_of(place.file("below")) == 0700);
  CHECK(mode_of(place.file("below/further")) == 0700);
  for (const char* end : {"", "-wal", "-shm", ".lock"}) CHECK(mode_of(path + end) == 0600);
}

TEST_CASE("a new store has its version, knows whose it is, keeps a log and can give room back") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  REQUIRE(kept->take({}, "j", 1).has_value());
  CHECK(number_in(place.file("state.db"), "PRAGMA user_version") == schema::version());
  CHECK(number_in(place.file("state.db"), "PRAGMA application_id") == schema::application_id);
  CHECK(number_in(place.file("state.db"), "PRAGMA auto_vacuum") == 2);
  CHECK(std::filesystem::exists(place.file("state.db-wal")));
  CHECK(number_in(place.file("state.db"), "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND "
                                          "name NOT LIKE 'sqlite_%' AND strict = 0") == 0);
}

TEST_CASE("two gateways cannot have one store") {
  const folder place;
  auto first = store_at(place.file("state.db"));
  CHECK(says(why_no_store(place.file("state.db")), "in use by another gateway process"));
  CHECK(says(why_no_store(place.file("state.db")), place.file("state.db")));
  first.reset();
  CHECK(why_no_store(place.file("state.db")) == "");
}

TEST_CASE("what is no database, and another program's database, are refused and left alone") {
  const folder place;
  const auto text = std::string(8'192, 'x');
  write_bytes(place.file("notes"), text);
  CHECK(says(why_no_store(place.file("notes")), "it is not a database"));
  CHECK(says(why_unreadable(place.file("notes")), "it is not a database"));
  CHECK(bytes_of(place.file("notes")) == text);

  write_bytes(place.file("other.db"), "");
  REQUIRE(other_program(place.file("other.db"))->execute("CREATE TABLE theirs(x)"));
  const auto before = bytes_of(place.file("other.db"));
  CHECK(says(why_no_store(place.file("other.db")), "belongs to another program"));
  CHECK(says(why_unreadable(place.file("other.db")), "belongs to another program"));
  CHECK(bytes_of(place.file("other.db")) == before);
}

TEST_CASE("a store of a newer version is refused with both versions") {
  const folder place;
  store_at(place.file("state.db"));
  REQUIRE(other_program(place.file("state.db"))->execute("PRAGMA user_version = 99"));
  CHECK(says(why_no_store(place.file("state.db")), "has version 99; this binary knows versions up to 2"));
  CHECK(says(why_unreadable(place.file("state.db")), "has version 99"));
}

TEST_CASE("a reader asks for the gateway where the store has no tables yet") {
  const folder place;
  write_bytes(place.file("state.db"), "");
  CHECK(says(why_unreadable(place.file("state.db")), "start the gateway once"));
}

TEST_CASE("a place where nothing can be made is named") {
  const folder place;
  write_bytes(place.file("file"), "");
  CHECK(says(why_no_store(place.file("file") + "/state.db"), "cannot be made: Not a directory"));
  CHECK(says(why_no_store("/proc/state.db"), "'/proc/state.db' cannot be made"));
  CHECK(says(why_unreadable("/nonexistent/state.db"), "'/nonexistent/state.db' cannot be used"));
}

TEST_CASE("a making that was interrupted is taken up again") {
  const folder place;
  write_bytes(place.file("state.db"), "");
  CHECK(store_at(place.file("state.db"))->take({}, "j", 1).has_value());
}

TEST_CASE("a store whose file is taken away under it is made anew") {
  const folder place;
  const auto kept = store_at(place.file("state.db"));
  const std::vector<journal_row> one{charged_row(1, 1)}, two{charged_row(2, 1)};
  REQUIRE(kept->take(one, "j", 1).has_value());
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::rename(place.file("state.db") + end, place.file("away") + end);

  const auto told = kept->take(two, "j", 2);   // once
  REQUIRE(told.has_error());
  CHECK(says(std::string(told.error().client_sentence()), "was moved or deleted"));
  CHECK(kept->take(two, "j", 2).has_value());

  CHECK(rows_in(place.file("state.db")).size() == 1);
  CHECK(rows_in(place.file("away")).size() == 1);
}
