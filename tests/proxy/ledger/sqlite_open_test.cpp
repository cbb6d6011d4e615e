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
  CHECK(says(why_no_store(place.file("state.db")), "has version 99; this binary knows versions up to 5"));
  CHECK(says(why_unreadable(place.file("state.db")), "has version 99"));
}

namespace {

/// Makes of a store of today one of version 2, with that table of windows.
void make_old(const std::string& path, const std::string& windows) {
  const auto sql = "DROP TABLE spent_quarters; ALTER TABLE attempts DROP COLUMN raised_by; ALTER TABLE attempts DROP COLUMN denied_by; ALTER TABLE attempts RENAME COLUMN budget_quarter TO budget_window;" + windows +
                   "PRAGMA user_version = 2";
  REQUIRE(other_program(path)->execute(sql.c_str()));
}

}  // namespace

TEST_CASE("a store of version 2 keeps its rows, and what its windows had spent at their first quarter-hours") {
  const folder place;
  const auto path = place.file("state.db");
  const std::vector<journal_row> before{charged_row(1, 70), completed(charged_row(2, 30))};
  REQUIRE(store_at(path)->take(before, "j", 5).has_value());
  make_old(path,
           "CREATE TABLE budget_windows(team TEXT NOT NULL, window_start INTEGER NOT NULL, spent INTEGER NOT NULL,"
           "  PRIMARY KEY(team, window_start)) STRICT, WITHOUT ROWID;"
           "INSERT INTO budget_windows VALUES('search', 1764547200, 100), ('search', 1764633600, 7), ('mail', 1764547200, 5);");
  CHECK(says(why_unreadable(path), "start the gateway once to bring it to version 5"));

  const auto kept = store_at(path);

  CHECK(number_in(path, "PRAGMA user_version") == 5);
  CHECK(number_in(path, "SELECT count(*) FROM sqlite_schema WHERE name = 'budget_windows'") == 0);
  CHECK(rows_in(path) == std::vector{stored(before[0]), stored(before[1])});
  CHECK(spent_in(path, 1'764'547'200) == 100);
  CHECK(spent_in(path, 1'764'633'600) == 7);
  CHECK(spent_in(path, 1'764'547'200, "mail") == 5);
  const std::vector<journal_row> more{completed(charged_row(1, 75)), charged_row(3, 1)};   // a row of before that is completed now
  REQUIRE(kept->take(more, "j", 6).has_value());
  CHECK(spent_in(path, 1'764'547'200) == 106);
  CHECK(**kept->position_of("j") == 6);
  CHECK(is_sound(path));
}

TEST_CASE("a migration that cannot end changes nothing, and is taken up by the next start") {
  const folder place;
  const auto path = place.file("state.db");
  store_at(path);
  make_old(path, "CREATE TABLE budget_windows(team TEXT, window_start INTEGER, spent INTEGER);"
                 "INSERT INTO budget_windows VALUES('search', 900, NULL);");
  CHECK(says(why_no_store(path), "NOT NULL constraint failed"));
  CHECK(number_in(path, "PRAGMA user_version") == 2);
  CHECK(number_in(path, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'spent_quarters%'") == 0);
  REQUIRE(other_program(path)->execute("UPDATE budget_windows SET spent = 3"));
  CHECK(why_no_store(path) == "");
  CHECK(spent_in(path, 900) == 3);
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

TEST_CASE("a store that was let go can be another's, and opens again when it is free") {
  const folder place;
  const auto first = store_at(place.file("state.db"));
  first->let_go();
  {
    const auto second = store_at(place.file("state.db"));
    const auto refused = first->take({}, "journal", 1);
    REQUIRE(refused.has_error());
    CHECK(says(std::string(refused.error().client_sentence()), "in use by another gateway process"));
  }
  CHECK(first->take({}, "journal", 1).has_value());
  CHECK(says(why_no_store(place.file("state.db")), "in use by another gateway process"));
}
