#include "proxy/ledger/key_store.hpp"

#include "tests/proxy/ledger/store_fixture.hpp"
#include "tests/support/scratch_folder.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;
using namespace std::chrono_literals;

namespace {

const std::chrono::sys_seconds now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 26};
const secret pepper("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");

struct rig {
  rig() : path(folder / "state.db") {
    store_at(path);
    keys = another();
  }
  std::unique_ptr<key_store> another() const {
    auto opened = key_store::open(path);
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }
  stored_key key(const std::string& name, const std::string& text) const {
    return {.team = "search", .name = name, .digest = digest_of(text, pepper), .created = now, .models = {"chat"}, .networks = {"10.0.0.0/8"}};
  }

  sallyport::tests::scratch_folder folder;
  std::string path;
  std::unique_ptr<key_store> keys;
};

std::string refused(const result<void>& what) {
  if (what.has_value()) return {};
  const failure why = what.error();
  return std::string(why.client_sentence());
}

}  // namespace

TEST_CASE("a key comes out of the store as it went in, without its text") {
  rig world;
  auto minted = world.key("prod", "sp-secret");
  minted.expires = now + 24h;
  REQUIRE(world.keys->add(minted, now).has_value());
  const auto all = *world.another()->all();
  REQUIRE(all.size() == 1);
  CHECK(all[0].team == "search");
  CHECK(all[0].name == "prod");
  CHECK(all[0].digest == digest_of("sp-secret", pepper));
  CHECK(all[0].created == now);
  CHECK(all[0].expires == now + 24h);
  CHECK_FALSE(all[0].revoked);
  CHECK(all[0].models == std::vector<std::string>{"chat"});
  CHECK(all[0].networks == std::vector<std::string>{"10.0.0.0/8"});
  std::ifstream file(world.path, std::ios::binary);
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}).find("sp-secret") == std::string::npos);
}

TEST_CASE("a name is used once, until its key is revoked or has expired") {
  rig world;
  REQUIRE(world.keys->add(world.key("prod", "one"), now).has_value());
  CHECK(refused(world.keys->add(world.key("prod", "two"), now)).find("`sallyport keys rotate`") != std::string::npos);
  REQUIRE(world.keys->end("search", "prod", now, now).has_value());
  CHECK(refused(world.keys->end("search", "prod", now, now)).find("has no stored key 'prod' in use") != std::string::npos);
  auto brief = world.key("prod", "two");
  brief.expires = now + 1h;
  REQUIRE(world.keys->add(brief, now).has_value());
  CHECK(world.keys->add(world.key("prod", "three"), now + 1h).has_value());
  CHECK(world.keys->all()->size() == 3);
}

TEST_CASE("a successor is there at once, and its predecessor ends when it was told to") {
  rig world;
  REQUIRE(world.keys->add(world.key("prod", "one"), now).has_value());
  REQUIRE(world.keys->rotate(world.key("prod", "two"), now + 1h, now).has_value());
  const auto all = *world.keys->all();
  REQUIRE(all.size() == 2);
  int ending = 0;
  for (const auto& key : all) ending += key.expires == now + 1h;
  CHECK(ending == 1);
  CHECK_FALSE(world.keys->rotate(world.key("other", "three"), now + 1h, now).has_value());
  CHECK(world.keys->all()->size() == 2);
}

TEST_CASE("every change of keys, of whatever connection, changes the version") {
  rig world;
  const auto before = *world.keys->version();
  const auto other = world.another();
  REQUIRE(other->add(world.key("prod", "one"), now).has_value());
  const auto added = *world.keys->version();
  CHECK(added != before);
  REQUIRE(other->end("search", "prod", now, now).has_value());
  CHECK(*world.keys->version() != added);
}

TEST_CASE("the pepper of a folder is made once, for its owner alone") {
  const sallyport::tests::scratch_folder folder;
  const auto first = pepper_in((folder / "."));
  REQUIRE(first.has_value());
  CHECK(first->reveal().size() == 64);
  CHECK(pepper_in((folder / "."))->reveal() == first->reveal());
  struct stat facts {};
  REQUIRE(::stat((folder / "pepper").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  std::ofstream(folder / "pepper") << "short";
  CHECK(pepper_in((folder / ".")).has_error());
}

TEST_CASE("keys are random and of one shape, and a digest depends on all of key and pepper") {
  CHECK(random_key().size() == 46);
  CHECK(random_key().starts_with("sp-"));
  CHECK(random_key() != random_key());
  CHECK(digest_of("sp-a", pepper) != digest_of("sp-b", pepper));
  CHECK(digest_of("sp-a", pepper) != digest_of("sp-a", secret("another")));
  // RFC 4231, test case 2.
  CHECK(digest_of("what do ya want for nothing?", secret("Jefe"))[0] == 0x5b);
  CHECK(digest_of("what do ya want for nothing?", secret("Jefe"))[31] == 0x43);
}
