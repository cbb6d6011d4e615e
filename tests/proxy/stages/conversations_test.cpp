#include "proxy/stages/conversations.hpp"

#include "tests/support/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

using namespace sallyport;
using namespace std::chrono_literals;
using stages::conversations;

namespace {

const wall_time noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 26} + 12h;

}  // namespace

TEST_CASE("a conversation is one team's, and without a name there is none") {
  conversations all;
  all.raise("search", "c-1", data_class::restricted, noon, 24h);
  all.raise("search", "", data_class::restricted, noon, 24h);
  CHECK(all.reached("search", "c-1") == data_class::restricted);
  CHECK(all.reached("maps", "c-1") == data_class::public_);
  CHECK(all.reached("search", "c-2") == data_class::public_);
  CHECK(all.reached("search", "") == data_class::public_);
  CHECK(all.reached("searchc", "-1") == data_class::public_);
}

TEST_CASE("what a conversation has reached outlives the process, and its name is not in the file") {
  const sallyport::tests::scratch_folder folder;
  {
    const auto all = conversations::in(folder / ".");
    REQUIRE(all.has_value());
    (*all)->raise("search", "a-name-of-a-conversation", data_class::confidential, noon, 24h);
  }
  const auto again = conversations::in(folder / ".");
  REQUIRE(again.has_value());
  CHECK((*again)->reached("search", "a-name-of-a-conversation") == data_class::confidential);
  std::ifstream file(folder / "conversations", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  CHECK(bytes.find("a-name-of-a-conversation") == std::string::npos);
}

TEST_CASE("two that are made apart do not hash alike") {
  conversations one, other;
  int alike = 0;
  for (int i = 0; i < 50; ++i) {
    const auto name = "c-" + std::to_string(i);
    one.raise("t", name, data_class::restricted, noon, 24h);
    alike += other.reached("t", name) == data_class::restricted;
  }
  CHECK(alike == 0);
}

TEST_CASE("what conversations are known by for balancing is the same after a restart, and no other gateway's") {
  const sallyport::tests::scratch_folder folder;
  const auto key_in_folder = [&folder] {
    const auto all = conversations::in(folder / ".");
    REQUIRE(all.has_value());
    return (*all)->affinity_key();
  };
  const auto first = key_in_folder(), again = key_in_folder();
  CHECK(first.first == again.first);
  CHECK(first.second == again.second);
  CHECK(first.first != first.second);
  CHECK(conversations().affinity_key().first != first.first);
}
